package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.CommonNodes;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Span;
import dev.lockstep.worker.combine.GradientExchange.LanePass;
import dev.lockstep.worker.combine.StepUpdate.Share;
import dev.lockstep.worker.model.Replica;
import java.util.Optional;

/** A part of the gradient on its way from the lanes of a rank to the sum over all lanes. */
final class Bucket {
  private final Replica replica;
  private final ProcessGroup group;
  private final Compression compression;
  private final Span span;
  private final FloatVector gradient;
  private final LaneSums sums;
  private int lanes;
  private int missing;

  /**
   * @param common where the ranks leave their sums, if all of them see the whole gradient's
   */
  Bucket(
      Replica replica,
      ProcessGroup group,
      Compression compression,
      Span span,
      Optional<CommonNodes> common) {
    this.replica = replica;
    this.group = group;
    this.compression = compression;
    this.span = span;
    this.gradient = replica.gradient().slice(span.start(), span.length());
    this.sums =
        common
            .map(nodes -> new LaneSums(group.tree(), group.lanes(), nodes))
            .orElseGet(() -> new LaneSums(group.tree(), group.lanes(), span.length()));
  }

  /**
   * A step begins.
   *
   * @param form of the whole gradient's sums
   */
  void begin(NodeForm form) {
    sums.clear(form.within(span));
    lanes = 0;
    missing = span.length();
  }

  void addZeros() {
    sums.addZeros();
    lanes++;
  }

  /** A part of a lane's gradient is complete; once all of the bucket is, it counts. */
  void complete(Span part, LanePass pass) {
    int completed = part.within(span).length();
    if (completed == 0) {
      return;
    }
    missing -= completed;
    if (missing == 0) {
      if (pass.share() < 1) {
        replica.weighStatistics(pass.share(), span);
      }
      compression.apply(pass.lane(), replica.gradient(), span, pass.divisor());
      sums.add(gradient);
      lanes++;
      missing = span.length();
    }
  }

  /** Whether all lanes of the rank have been added. */
  boolean isDue() {
    return lanes == group.lanes().size();
  }

  /** Leaves the sum over all lanes in the gradient, or this rank's slice of it. */
  void reduce(Share share, Occasion occasion) {
    switch (share) {
      case ALL -> group.allReduce(sums, gradient, occasion);
      case SLICE -> group.reduceScatter(sums, gradient, occasion);
      case SLICE_AHEAD -> group.reduceScatterAhead(sums, gradient, occasion);
    }
  }
}
