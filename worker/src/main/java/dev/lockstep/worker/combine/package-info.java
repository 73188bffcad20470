/**
 * How the lanes become one model: gradient sharing and parameter averaging, in one tier or in two
 * ({@link dev.lockstep.worker.combine.HierarchicalAveraging}). What belongs here decides what is
 * added, with which weight and when; how it is added belongs to {@code worker.collective}.
 */
package dev.lockstep.worker.combine;
