package dev.lockstep.worker.spark;

import dev.lockstep.common.checkpoint.Staged;
import java.util.Optional;

/**
 * What rank 0 tells of a checkpoint that waits for its commit.
 *
 * @param validationLoss of the epoch that has just ended, where it was evaluated
 * @param samples of its unfinished epoch, that the training has seen
 * @param exposedSeconds for which the training stood still
 * @param stagingSeconds for which files were written in the background
 * @param trouble with staging it that is over, as a sentence
 */
public record CheckpointNews(
    Staged staged,
    Optional<Double> validationLoss,
    long samples,
    double exposedSeconds,
    double stagingSeconds,
    Optional<String> trouble) {}
