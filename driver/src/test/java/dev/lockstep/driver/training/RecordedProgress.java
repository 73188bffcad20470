package dev.lockstep.driver.training;

import dev.lockstep.common.run.Progress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what was shown. */
final class RecordedProgress {
  final List<String> lines = new CopyOnWriteArrayList<>();
  private volatile Runnable afterFirstEpoch = () -> {};
  private volatile String stopLine = "no line begins so";

  /** Does something once, as the first epoch is shown. */
  void afterFirstEpoch(Runnable action) {
    afterFirstEpoch = action;
  }

  /** The stop signal is given as soon as a line is shown that begins so. */
  void stopAt(String beginning) {
    stopLine = beginning;
  }

  /** A progress that counts the epochs of the table for a stop signal. */
  Progress with(ManualStop stop) {
    return new Progress() {
      @Override
      public void status(String text) {}

      @Override
      public void line(String text) {
        lines.add(text);
        if (text.startsWith(stopLine)) {
          stop.request();
        }
        if (text.strip().matches("\\d+/\\d+ .*")) {
          Runnable action = afterFirstEpoch;
          afterFirstEpoch = () -> {};
          action.run();
          stop.epochShown();
        }
      }
    };
  }
}
