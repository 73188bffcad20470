package dev.lockstep.common.config;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Section {@code cluster}: what the job runs on. Nothing in it changes the weights, unless workers
 * may compute by kernels of any kind.
 *
 * @param workers ranks; left out, as many as there are slots, at most one a lane
 * @param coresPerWorker cores that Spark sets aside for each rank
 * @param memoryPerWorker bytes of an executor that holds one rank, heap and native memory together
 * @param stallWarning how long a rank waits for another before it is named; less than the timeout
 * @param stallTimeout how long a rank waits for another before the attempt fails
 * @param maxAttempts attempts in a row without a new checkpoint before the run fails
 * @param minWorkers ranks with which an attempt starts where there are no slots for more; left out,
 *     as many as {@code workers}
 * @param slotsTimeout how long slots for all ranks are waited for
 * @param grace how long an interrupted run may take for its last checkpoint
 * @param overlap of exchange and compute
 * @param shardUpdate whether ranks share the work of an update
 * @param kernels by which workers may compute
 */
public record ClusterConfig(
    OptionalInt workers,
    int coresPerWorker,
    long memoryPerWorker,
    Duration stallWarning,
    Duration stallTimeout,
    int maxAttempts,
    OptionalInt minWorkers,
    Duration slotsTimeout,
    Duration grace,
    Switch overlap,
    Switch shardUpdate,
    Kernels kernels) {}
