package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;

/** Signals to processes that a test has started. */
enum Signals {
  STOP,
  CONT,
  INT,
  TERM,
  KILL;

  /** Sends this signal. */
  void to(ProcessHandle process) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name(), "" + process.pid()).start();
    assertThat(kill.waitFor()).as("kill -%s %d", name(), process.pid()).isZero();
  }
}
