/**
 * How matrices are multiplied: calls of BLAS on native memory. What is multiplied belongs to the
 * packages beside this one.
 */
package dev.lockstep.worker.compute.blas;
