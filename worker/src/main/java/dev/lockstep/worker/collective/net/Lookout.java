package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import dev.lockstep.worker.collective.MixedGroup;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.StallPolicy;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Says who is missing, and where: to this JVM's own ranks when an operation takes long, and to the
 * peers when they may be waiting for ranks of this JVM. On the event loop.
 */
final class Lookout {
  private final Mesh mesh;
  private final Roster roster;
  private final int self;
  private final StallPolicy stalls;
  private final Watch watch;
  private long warned;

  Lookout(Mesh mesh, Roster roster, int self, StallPolicy stalls, Watch watch) {
    this.mesh = mesh;
    this.roster = roster;
    this.self = self;
    this.stalls = stalls;
    this.watch = watch;
  }

  /** The failure of an operation that has not ended in time. */
  LockstepException stalled(Operation operation) {
    return stalled(operation.occasion(), describe(operation.missing()));
  }

  /** Tells that an operation takes long. */
  void warn(Operation operation) {
    warn(operation.occasion(), operation.missing());
  }

  /**
   * Looks at the operation of the rank's thread, which may be late; and tells the peers, who may be
   * waiting, where the ranks are, where nothing has happened here for a while.
   *
   * @param idle nanoseconds since the last operation on the event loop
   */
  void look(MixedGroup ranks, long idle) {
    long warning = stalls.warning().toNanos();
    if (Math.min(watch.age(), idle) > warning / 2) {
      mesh.tellAll(FrameType.STATUS, situation(ranks));
    }
    if (watch.isIdle()) {
      return;
    }
    if (watch.age() > stalls.timeout().toNanos()) {
      mesh.fail(stalled(watch.occasion(), describe(List.of(watch.awaited()))));
    } else if (watch.age() > warning && warned < watch.operation()) {
      warned = watch.operation();
      warn(watch.occasion(), List.of(watch.awaited()));
    }
  }

  private void warn(Occasion occasion, List<Integer> missing) {
    if (stalls.warning().compareTo(stalls.timeout()) < 0) {
      stalls
          .listener()
          .accept(
              "Waiting for %s since %s: it lacks %s"
                  .formatted(occasion, Waiting.text(stalls.warning()), describe(missing)));
    }
  }

  private LockstepException stalled(Occasion occasion, String missing) {
    return new LockstepException(
        FailureKind.CLUSTER,
        "Failed to complete %s within %s: %s waited for %s"
            .formatted(occasion, Waiting.text(stalls.timeout()), roster.name(self), missing));
  }

  private String situation(MixedGroup ranks) {
    if (!watch.isIdle()) {
      return waiting(List.of(watch.awaited()));
    }
    return mesh.current().map(operation -> waiting(operation.missing())).orElseGet(ranks::missing);
  }

  private String waiting(List<Integer> awaited) {
    return "%s, which waits for %s".formatted(roster.name(self), roster.names(awaited));
  }

  private String describe(List<Integer> jvms) {
    return jvms.stream().map(this::describe).collect(Collectors.joining("; "));
  }

  private String describe(int jvm) {
    long fresh = System.nanoTime() - stalls.warning().toNanos();
    return mesh.to(jvm)
        .status()
        .filter(status -> status.nanos() - fresh > 0)
        .map(status -> "%s (%s)".formatted(status.text(), roster.jvms().get(jvm)))
        .orElseGet(() -> roster.name(jvm) + ", whose JVM does not answer");
  }
}
