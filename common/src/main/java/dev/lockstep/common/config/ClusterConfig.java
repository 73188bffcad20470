package dev.lockstep.common.config;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Section {@code cluster}: what the job runs on. Nothing in it changes the weights.
 *
 * @param workers ranks; left out, as many as there are slots, at most one a lane
 * @param coresPerWorker cores that Spark sets aside for each rank
 * @param memoryPerWorker bytes of an executor that holds one rank, heap and native memory together
 * @param stallWarning how long a rank waits for another before it is named; less than the timeout
 * @param stallTimeout how long a rank waits for another before the attempt fails
 */
public record ClusterConfig(
    OptionalInt workers,
    int coresPerWorker,
    long memoryPerWorker,
    Duration stallWarning,
    Duration stallTimeout) {}
