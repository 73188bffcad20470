package dev.lockstep.driver.cli;

import dev.lockstep.common.failure.FailureKind;
import java.util.LinkedHashMap;
import java.util.Map;

/** The exit codes of every command, as its help explains them. */
final class ExitCodes {
  private ExitCodes() {}

  /** Meaning by code, in ascending order. */
  static Map<String, String> meanings() {
    Map<String, String> meanings = new LinkedHashMap<>();
    meanings.put("  0", "done");
    for (FailureKind kind : FailureKind.values()) {
      meanings.put("%3d".formatted(kind.exitCode()), meaning(kind));
    }
    return meanings;
  }

  private static String meaning(FailureKind kind) {
    return switch (kind) {
      case INTERNAL -> "internal error: a defect of Lockstep, see the log";
      case CONFIG -> "wrong usage, or a job file that cannot be run as it is";
      case DATA -> "input that is missing, malformed or does not fit the job";
      case STORAGE -> "a file system refused to read or write";
      case CLUSTER -> "too few slots, lost peers, or a stalled exchange";
      case DIVERGED -> "the loss or the parameters became NaN or infinite";
      case FENCED -> "another driver owns the run";
      case GATE -> "a quality gate refused the model";
      case INTERRUPTED -> "interrupted by Ctrl-C or SIGTERM";
    };
  }
}
