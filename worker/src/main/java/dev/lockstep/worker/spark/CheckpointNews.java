package dev.lockstep.worker.spark;

import dev.lockstep.common.checkpoint.Staged;
import java.util.List;
import java.util.Optional;

/**
 * What rank 0 tells of a checkpoint that waits for its commit.
 *
 * @param validationLoss of the epoch that has just ended, where it was evaluated
 * @param samples of its unfinished epoch, that the training has seen
 * @param exposedSeconds for which the training stood still
 * @param stagingSeconds for which files were written in the background
 * @param incidents on the way, as sentences: what failed at first, and what HDFS did without
 */
public record CheckpointNews(
    Staged staged,
    Optional<Double> validationLoss,
    long samples,
    double exposedSeconds,
    double stagingSeconds,
    List<String> incidents) {}
