package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.run.FailureReport;
import dev.lockstep.common.run.RunStatus;
import java.util.Optional;

/**
 * What a driver says that goes on with another's run.
 *
 * @param end how it was with the one before, by the report that it left
 */
record Takeover(String end) {
  static Takeover from(RunStatus status, Optional<FailureReport> failure) {
    return new Takeover(
        switch (status) {
          case RUNNING -> "was lost, or loses it now";
          case FAILED -> failure.map(Takeover::failed).orElse("failed");
          case COMPLETED, STOPPED_EARLY -> "had come to its end";
        });
  }

  private static String failed(FailureReport failure) {
    return failure.kind() == FailureKind.INTERRUPTED
        ? "was stopped"
        : "failed: " + failure.message();
  }

  String text(int driver) {
    return "Driver %d takes the run over: the one before %s".formatted(driver, end);
  }
}
