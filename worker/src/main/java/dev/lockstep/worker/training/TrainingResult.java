package dev.lockstep.worker.training;

import dev.lockstep.common.run.Metrics;
import java.util.Optional;

/**
 * What a rank holds when the training is over.
 *
 * @param parametersSha256 of its parameters as little-endian float32: the same on all ranks
 * @param test metrics on the test split, where there is one
 */
public record TrainingResult(
    long parameters, String parametersSha256, long steps, Optional<Metrics> test) {}
