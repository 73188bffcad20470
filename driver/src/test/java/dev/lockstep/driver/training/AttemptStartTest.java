package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.spark.RankKernels;
import dev.lockstep.worker.spark.StartVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class AttemptStartTest {
  private static final List<RankKernels> RANKS = List.of(new RankKernels(0, "host", "digest"));

  private final List<String> done = new ArrayList<>();

  @Test
  void writesDownThatTheRunGoesOnBeforeRanksBegin() throws Exception {
    StartVerdict verdict =
        verdict(ranks -> List.of(ranks.get(0).digest()), () -> done.add("written"));

    assertThat(verdict).isEqualTo(StartVerdict.begin(List.of("digest")));
    assertThat(done).containsExactly("written");
  }

  @Test
  void writesNothingWhereTheRanksMustNotTrain() throws Exception {
    StartVerdict verdict =
        verdict(
            ranks -> {
              throw new LockstepException(FailureKind.CLUSTER, "Cannot train here");
            },
            () -> done.add("written"));

    assertThat(verdict).isEqualTo(StartVerdict.end(FailureKind.CLUSTER, "Cannot train here"));
    assertThat(done).containsExactly("refused");
  }

  @Test
  void isNoRefusalWhereItCannotBeWrittenDown() throws Exception {
    StartVerdict verdict =
        verdict(
            ranks -> List.of(),
            () -> {
              throw new LockstepException(FailureKind.STORAGE, "Cannot write run.json");
            });

    assertThat(verdict).isEqualTo(StartVerdict.end(FailureKind.STORAGE, "Cannot write run.json"));
    assertThat(done).isEmpty();
  }

  @Test
  void writesNothingWhereSomethingElseSpeaksAgainstIt() throws Exception {
    LockstepException stopped = new LockstepException(FailureKind.INTERRUPTED, "Stopped");

    StartVerdict verdict =
        verdict(ranks -> List.of(), () -> done.add("written"), () -> Optional.of(stopped));

    assertThat(verdict).isEqualTo(StartVerdict.end(FailureKind.INTERRUPTED, "Stopped"));
    assertThat(done).isEmpty();
  }

  @Test
  void answersRanksThatAreReadyTooLate() {
    AttemptStart start =
        new AttemptStart(ranks -> List.of(), () -> done.add("written"), () -> done.add("refused"));
    start.close();

    List<StartVerdict> answers = new ArrayList<>();
    start.ready(RANKS, Optional::empty, answers::add);

    assertThat(answers)
        .containsExactly(
            StartVerdict.end(FailureKind.CLUSTER, "Cannot begin: the attempt is over"));
    assertThat(done).isEmpty();
  }

  private StartVerdict verdict(Function<List<RankKernels>, List<String>> rule, Runnable writeDown)
      throws Exception {
    return verdict(rule, writeDown, Optional::empty);
  }

  private StartVerdict verdict(
      Function<List<RankKernels>, List<String>> rule,
      Runnable writeDown,
      Supplier<Optional<LockstepException>> obstacle)
      throws Exception {
    CompletableFuture<StartVerdict> answer = new CompletableFuture<>();
    try (AttemptStart start = new AttemptStart(rule, writeDown, () -> done.add("refused"))) {
      start.ready(RANKS, obstacle, answer::complete);
      return answer.get(10, TimeUnit.SECONDS);
    }
  }
}
