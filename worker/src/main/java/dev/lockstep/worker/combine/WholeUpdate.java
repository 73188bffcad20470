package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.model.Replica;

/** Every rank applies the whole update. */
public record WholeUpdate(Replica replica) implements StepUpdate {
  @Override
  public Share share() {
    return Share.ALL;
  }

  @Override
  public void apply(int samples, StepClock clock, Occasion occasion) {
    replica.applyUpdate(samples);
    clock.inCompute();
  }

  @Override
  public void gatherState(Occasion occasion) {}
}
