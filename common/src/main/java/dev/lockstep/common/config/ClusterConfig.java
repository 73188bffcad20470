package dev.lockstep.common.config;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Section {@code cluster}: what the job runs on. Nothing in it changes the weights.
 *
 * @param workers ranks; left out, as many as there are slots, at most one a lane
 * @param stallTimeout how long a rank waits for another before the attempt fails
 */
public record ClusterConfig(OptionalInt workers, Duration stallTimeout) {}
