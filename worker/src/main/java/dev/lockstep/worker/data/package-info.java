/**
 * From shards to microbatches: reading and checking blocks, visiting samples in the order of their
 * lane, and doing so ahead of the loop. What belongs here ends at plain floats; arrays of ND4J
 * belong to {@code worker.model}. The only package of this module that imports Arrow.
 */
package dev.lockstep.worker.data;
