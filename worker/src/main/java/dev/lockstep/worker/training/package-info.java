/**
 * The loop of one rank over the epochs: its pace, its clocks, what it reports, when it stops. How
 * lanes become one model belongs to {@code worker.combine}; starting the loop on a cluster to
 * {@code worker.spark}.
 */
package dev.lockstep.worker.training;
