/**
 * A run from its claim to its report: checks before work starts, the attempt that trains on the
 * cluster, and what is written when. What a rank does belongs to the worker; what is printed, and
 * how, to {@code driver.cli}.
 */
package dev.lockstep.driver.training;
