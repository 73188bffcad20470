package dev.lockstep.driver.training;

import dev.lockstep.common.run.Progress;

/** What happens to a run goes into its report and to the person who waits for it. */
record RunEvents(RunRecorder recorder, Progress progress) {
  void tell(String event) {
    recorder.event(event);
    progress.line(event);
  }
}
