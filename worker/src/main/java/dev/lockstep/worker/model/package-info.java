/**
 * The network: built from the job file, taken apart into gradient and update, fed with
 * microbatches. What belongs here talks to DL4J about one replica; several replicas belong to
 * {@code worker.combine}.
 */
package dev.lockstep.worker.model;
