/**
 * Updaters of ND4J in one sweep over gradient, state and parameters, with the bits of ND4J's own
 * operations. What belongs here is the arithmetic of an update; which parts of a network share an
 * updater belongs to {@code worker.network}.
 */
package dev.lockstep.worker.update;
