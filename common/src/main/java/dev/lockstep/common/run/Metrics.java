package dev.lockstep.common.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * How well a network does on a split: classification or regression figures, whichever the label
 * allows.
 *
 * @param samples rows that were counted
 * @param loss mean of the network's loss over the samples, regularisation left out
 * @param f1 of the second class where there are two classes, else the mean over the classes
 * @param rmse root of the mean squared error, in the label's unit; so is {@code mae}
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Metrics(
    long samples,
    double loss,
    Optional<Double> accuracy,
    Optional<Double> precision,
    Optional<Double> recall,
    Optional<Double> f1,
    Optional<Double> rmse,
    Optional<Double> mae,
    Optional<Double> r2) {}
