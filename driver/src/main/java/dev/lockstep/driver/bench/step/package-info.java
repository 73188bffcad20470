/**
 * What one training step of one replica costs, without other ranks and without reading samples: by
 * DL4J, by Lockstep's paths, by BLAS alone, and by PyTorch.
 */
package dev.lockstep.driver.bench.step;
