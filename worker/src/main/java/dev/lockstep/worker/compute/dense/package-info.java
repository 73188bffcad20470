/**
 * The direct path for stacks of dense layers: forward and backward pass on BLAS, over the flat
 * vectors that DL4J itself works on, with the very bits of DL4J. What belongs here is arithmetic;
 * whether it is used belongs to {@code worker.compute}.
 */
package dev.lockstep.worker.compute.dense;
