package dev.lockstep.worker.combine;

import dev.lockstep.common.config.Exchange;
import dev.lockstep.common.config.Exchange.Precision;
import dev.lockstep.common.config.Sparsify;
import dev.lockstep.common.config.Sparsify.Remainder;
import dev.lockstep.worker.collective.Bfloat16;
import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Rounding;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.model.GradientLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of a lane's gradient before it is added to the others', as {@code training.exchange}
 * says: some of its elements are chosen, and all numbers are rounded. Statistics, such as those of
 * batch normalisation, are neither.
 *
 * <p>It works on any part of the gradient that consists of whole layers, and gives the same numbers
 * however the gradient is cut into such parts.
 */
public final class Compression {
  private final Rounding rounding;
  private final Optional<Sparsifier> sparsifier;
  private final List<Span> sections;
  private final Residuals residuals;

  /** For lanes that keep nothing: zeros at the start of every gradient. */
  private final float[] scratch;

  private Compression(
      Rounding rounding,
      Optional<Sparsifier> sparsifier,
      List<Span> sections,
      Residuals residuals,
      float[] scratch) {
    this.rounding = rounding;
    this.sparsifier = sparsifier;
    this.sections = sections;
    this.residuals = residuals;
    this.scratch = scratch;
  }

  /** What a job asks for, for the lanes of one rank. */
  public static Compression of(Exchange exchange, GradientLayout layout, ProcessGroup group) {
    boolean rounds = exchange.precision() == Precision.BFLOAT16;
    Optional<Sparsifier> sparsifier =
        sparsifier(exchange.sparsify(), rounds ? Bfloat16::round : value -> value);
    boolean keeps = sparsifier.isPresent() && remainder(exchange.sparsify()) == Remainder.KEPT;
    return new Compression(
        rounds ? Rounding.toBfloat16(layout.length(), layout.statistics()) : Rounding.NONE,
        sparsifier,
        layout.sections(),
        keeps ? Residuals.of(group, layout.length()) : Residuals.none(group),
        new float[sparsifier.isPresent() && !keeps ? layout.length() : 0]);
  }

  private static Optional<Sparsifier> sparsifier(
      Sparsify sparsify, LargestSparsifier.Rounder rounder) {
    if (sparsify instanceof Sparsify.Threshold threshold) {
      return Optional.of(new ThresholdSparsifier(threshold.value()));
    }
    if (sparsify instanceof Sparsify.TopK top) {
      return Optional.of(new LargestSparsifier(top.fraction(), rounder));
    }
    return Optional.empty();
  }

  private static Remainder remainder(Sparsify sparsify) {
    if (sparsify instanceof Sparsify.Threshold threshold) {
      return threshold.remainder();
    }
    return sparsify instanceof Sparsify.TopK top ? top.remainder() : Remainder.DROPPED;
  }

  /** What the lanes of this rank keep from step to step. */
  public Residuals residuals() {
    return residuals;
  }

  /**
   * The form of the gradients' sums in a step.
   *
   * @param samples by which the optimizer divides the sum
   */
  NodeForm form(int samples) {
    boolean isPlain = rounding == Rounding.NONE && sparsifier.isEmpty();
    return isPlain
        ? NodeForm.EXACT
        : new NodeForm(
            rounding, new Coding.Packed(sparsifier.map(s -> s.quantum(samples)).orElse(0f)));
  }

  /**
   * Replaces a part of a lane's gradient by what is exchanged of it.
   *
   * @param part whole layers
   * @param samples by which the optimizer divides the sum of all lanes' gradients
   */
  void apply(int lane, FloatVector gradient, Span part, int samples) {
    sparsifier.ifPresent(
        chooses -> {
          for (Span section : sections) {
            if (section.start() < part.end() && part.start() < section.end()) {
              requireWhole(section, part);
              chooses.choose(pending(lane, section), gradient, section, samples);
            }
          }
        });
  }

  private static void requireWhole(Span section, Span part) {
    if (!part.contains(section)) {
      throw new IllegalArgumentException(
          "Invalid part of a gradient: %s cuts a layer's %s".formatted(part, section));
    }
  }

  private float[] pending(int lane, Span section) {
    if (scratch.length == 0) {
      return residuals.of(lane);
    }
    Arrays.fill(scratch, section.start(), section.end(), 0);
    return scratch;
  }
}
