package dev.lockstep.common.checkpoint;

/**
 * What a lane of the job has booked in an unfinished epoch.
 *
 * @param loss sum over the samples of the loss that their step saw
 */
public record LaneLoss(double loss, long samples) {}
