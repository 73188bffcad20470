package dev.lockstep.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private static final String START_OF_LINE = "\r\u001b[K";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long millis = 1_000_000;

  @Test
  void writesTheStatusOfATerminalOverAgain() {
    ConsoleProgress progress = on(new Terminal(true, 80));

    progress.status("step 1");
    millis += 100;
    progress.status("step 2");

    assertThat(written()).isEqualTo(START_OF_LINE + "step 1" + START_OF_LINE + "step 2");
  }

  @Test
  void dropsStatusThatComesFasterThanTenASecond() {
    ConsoleProgress progress = on(new Terminal(true, 80));

    progress.status("step 1");
    millis += 99;
    progress.status("step 2");

    assertThat(written()).isEqualTo(START_OF_LINE + "step 1");
  }

  @Test
  void takesTheStatusAwayBeforeALineThatStays() {
    ConsoleProgress progress = on(new Terminal(true, 80));

    progress.status("step 1");
    progress.line("epoch 1");
    progress.line("epoch 2");

    assertThat(written())
        .isEqualTo(START_OF_LINE + "step 1" + START_OF_LINE + "epoch 1\nepoch 2\n");
  }

  @Test
  void cutsAStatusThatWouldWrap() {
    on(new Terminal(true, 20)).status("0123456789012345678901234");

    assertThat(written()).isEqualTo(START_OF_LINE + "012345678901234567…");
  }

  @Test
  void printsAStatusEveryFiveSecondsWhereThereIsNoTerminal() {
    ConsoleProgress progress = on(new Terminal(false, 80));

    for (int second = 0; second <= 10; second++) {
      progress.status("second " + second);
      millis += 1000;
    }

    assertThat(written()).isEqualTo("second 0\nsecond 5\nsecond 10\n");
  }

  @Test
  void printsEveryLineWhereThereIsNoTerminal() {
    ConsoleProgress progress = on(new Terminal(false, 80));

    progress.line("epoch 1");
    progress.line("epoch 2");

    assertThat(written()).isEqualTo("epoch 1\nepoch 2\n");
  }

  private ConsoleProgress on(Terminal terminal) {
    return new ConsoleProgress(err, terminal, () -> Instant.ofEpochMilli(millis));
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
