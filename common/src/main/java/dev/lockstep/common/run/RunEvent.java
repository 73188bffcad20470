package dev.lockstep.common.run;

/**
 * Something that happened to a run: an attempt that failed, a driver that took over, a checkpoint
 * that could not be used.
 *
 * @param driver the epoch of the driver that tells it, counted from 1
 * @param attempt under way or last under way; 0 before the first
 * @param at an ISO-8601 instant by the driver's clock, for people only
 */
public record RunEvent(int driver, int attempt, String at, String message) {}
