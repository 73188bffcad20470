package dev.lockstep.driver.bench.scaling;

/**
 * A line of the table: how many times as fast a contender is as another.
 *
 * @param contender whose pace the line shows
 * @param reference whose pace of the same round it is divided by
 */
record Comparison(String contender, String reference) {}
