package dev.lockstep.driver.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.bench.ManualStop;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class JvmProcessesTest {
  @TempDir Path folder;

  private final ManualStop stop = new ManualStop();

  @Test
  void asksEveryJvmAndKeepsTheOrderOfAnswers() {
    try (JvmProcesses jvms = start(Echo.class, 2, Duration.ofSeconds(60))) {
      List<Word> answers = jvms.ask(List.of(new Word("a\nb "), new Word("ü")), Word.class);

      assertThat(answers).containsExactly(new Word("a\nb !"), new Word("ü!"));
      assertThat(jvms.askAll(new Word("c"), Word.class))
          .containsExactly(new Word("c!"), new Word("c!"));
    }
  }

  @Test
  void reportsTheFailureOfAJvmWithItsKind() {
    try (JvmProcesses jvms = start(Echo.class, 2, Duration.ofSeconds(60))) {
      assertThatThrownBy(() -> jvms.ask(List.of(new Word("a"), new Word("refuse")), Word.class))
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.DATA))
          .hasMessage("Failed in benchmark process 1: Cannot use the word");
    }
  }

  @Test
  void namesAJvmThatDiesWithItsExitCodeAndLastWords() {
    try (JvmProcesses jvms = start(Echo.class, 2, Duration.ofSeconds(60))) {
      assertThatThrownBy(() -> jvms.ask(List.of(new Word("a"), new Word("die")), Word.class))
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
          .hasMessage("Lost benchmark process 1: exit code 9, last line: farewell");
    }
  }

  @Test
  void namesAJvmThatDoesNotAnswerInTime() {
    try (JvmProcesses jvms = start(Echo.class, 1, Duration.ofMillis(300))) {
      assertThatThrownBy(() -> jvms.askAll(new Word("sleep"), Word.class))
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
          .hasMessage("Failed to hear from benchmark process [0] within 300 ms");
    }
  }

  @Test
  void endsItsJvmsOnStop() {
    try (JvmProcesses jvms = start(Echo.class, 1, Duration.ofSeconds(60))) {
      stop.request();

      assertThatThrownBy(() -> jvms.askAll(new Word("a"), Word.class))
          .hasMessage("Lost benchmark process 0: exit code 137");
    }
  }

  @Test
  void noJvmOutlivesAParentThatIsKilled() {
    try (JvmProcesses parents = start(Parent.class, 1, Duration.ofSeconds(60))) {
      Pids pids = parents.askAll(new Word(folder.toString()), Pids.class).get(0);
      ProcessHandle grandchild = ProcessHandle.of(pids.child()).orElseThrow();
      assertThat(grandchild.isAlive()).isTrue();

      assertThat(ProcessHandle.of(pids.own()).orElseThrow().destroyForcibly()).isTrue();

      await().atMost(Duration.ofSeconds(20)).until(() -> !grandchild.isAlive());
    }
  }

  private JvmProcesses start(Class<?> main, int count, Duration deadline) {
    return JvmProcesses.start(
        new JvmLaunch(main, List.of("-Xmx64m"), folder, deadline), count, stop);
  }

  private record Word(String text) {}

  private record Pids(long own, long child) {}

  /** Answers each word with the same and an exclamation mark; knows some words to fail by. */
  static final class Echo {
    private Echo() {}

    public static void main(String[] arguments) {
      ParentLink.serve(
          parent -> {
            while (true) {
              answer(parent, parent.next(Word.class).text());
            }
          });
    }

    private static void answer(ParentLink parent, String word) {
      switch (word) {
        case "refuse" -> throw new LockstepException(FailureKind.DATA, "Cannot use the word");
        case "die" -> {
          System.err.println("farewell");
          Runtime.getRuntime().halt(9);
        }
        case "sleep" -> parent.next(Word.class);
        default -> {
          System.out.println("\na library prints something");
          parent.answer(new Word(word + "!"));
        }
      }
    }
  }

  /** Starts a JVM of its own and says which. */
  static final class Parent {
    private Parent() {}

    public static void main(String[] arguments) {
      ParentLink.serve(
          parent -> {
            Path folder = Path.of(parent.next(Word.class).text());
            JvmLaunch launch =
                new JvmLaunch(Pid.class, List.of("-Xmx64m"), folder, Duration.ofSeconds(60));
            try (JvmProcesses child = JvmProcesses.start(launch, 1, new ManualStop())) {
              Pids pids = child.askAll(new Word(""), Pids.class).get(0);
              parent.answer(new Pids(ProcessHandle.current().pid(), pids.own()));
              parent.next(Word.class);
            }
          });
    }
  }

  /** Says which process it is, and stays. */
  static final class Pid {
    private Pid() {}

    public static void main(String[] arguments) {
      ParentLink.serve(
          parent -> {
            parent.next(Word.class);
            parent.answer(new Pids(ProcessHandle.current().pid(), 0));
            parent.next(Word.class);
          });
    }
  }
}
