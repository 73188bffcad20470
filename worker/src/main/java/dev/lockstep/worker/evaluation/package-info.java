/**
 * How well a network does: additive sums over samples, the pass of a batch that feeds them, and the
 * metrics that follow from them. What belongs here is one network on one thread; the order in which
 * sums of several lanes or partitions are added belongs to their callers.
 */
package dev.lockstep.worker.evaluation;
