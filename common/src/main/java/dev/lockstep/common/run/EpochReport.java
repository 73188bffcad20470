package dev.lockstep.common.run;

import java.util.Optional;

/**
 * One epoch of training. The seconds are means over the ranks.
 *
 * @param epoch counted from 1
 * @param trainLoss mean over the epoch's samples of the loss that their step saw
 * @param seconds time of the epoch's steps, evaluation left out
 * @param computeSeconds the part of {@code seconds} in forward, backward and update
 * @param exchangeSeconds the part of {@code seconds} in combining with the other ranks, waiting
 *     included, without what is hidden
 * @param hiddenExchangeSeconds of combining with the other ranks while the rank computed, waiting
 *     included; they pass beside {@code computeSeconds} and are not added to them
 * @param inputSeconds the part of {@code seconds} spent waiting for samples
 * @param exchangeBytes of the epoch's steps that were not done by an earlier attempt; an older
 *     Lockstep did not tell
 * @param evaluationSeconds time of the evaluation after the epoch's last step
 */
public record EpochReport(
    int epoch,
    double trainLoss,
    long samples,
    double seconds,
    double samplesPerSecond,
    double computeSeconds,
    double exchangeSeconds,
    double hiddenExchangeSeconds,
    double inputSeconds,
    Optional<ExchangeBytes> exchangeBytes,
    double evaluationSeconds,
    Optional<Metrics> validation) {}
