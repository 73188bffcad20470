package dev.lockstep.common.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.CheckpointConfig;
import dev.lockstep.common.config.OnDivergence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which checkpoints stay. */
@Timeout(60)
class RetentionTest {
  /** Ends of epochs 1 to 6, with these losses, then one within epoch 7 that is the best of all. */
  private static final double[] LOSSES = {0.9, 0.3, 0.5, 0.3, 0.7, 0.6};

  @ParameterizedTest
  @CsvSource({
    "1, 0, 0, 7",
    "3, 0, 0, 5 6 7",
    "9, 0, 0, 1 2 3 4 5 6 7",
    "1, 1, 0, 2 7",
    "1, 2, 0, 2 4 7",
    "1, 3, 0, 2 3 4 7",
    "2, 1, 0, 2 6 7",
    "1, 0, 2, 2 4 6 7",
    "1, 1, 5, 2 5 7",
    "1, 0, 1, 1 2 3 4 5 6 7"
  })
  void keepsTheLatestTheBestAndTheMilestones(int keep, int best, int every, String kept) {
    OptionalInt milestones = every == 0 ? OptionalInt.empty() : OptionalInt.of(every);

    assertThat(new Retention(keep, best, milestones, 0).kept(history()))
        .containsExactlyInAnyOrder(kept.split(" "));
  }

  private static List<CommittedCheckpoint> history() {
    List<CommittedCheckpoint> history = new ArrayList<>();
    for (int epoch = 1; epoch <= LOSSES.length; epoch++) {
      history.add(checkpoint(epoch, new Position(epoch + 1, 0), Optional.of(LOSSES[epoch - 1])));
    }
    history.add(checkpoint(7, new Position(7, 3), Optional.of(0.0)));
    return history;
  }

  @Test
  void keepsTheStartOfTheEpochThatATrainingMayGoBackTo() {
    List<CommittedCheckpoint> history = history();
    for (int step = 4; step <= 9; step++) {
      history.add(checkpoint(4 + step, new Position(7, step), Optional.empty()));
    }

    assertThat(new Retention(2, 0, OptionalInt.empty(), 1).kept(history))
        .containsExactlyInAnyOrder("6", "12", "13");
    assertThat(Retention.of(CheckpointConfig.DEFAULT, new OnDivergence.Rollback(0.5, 3)))
        .isEqualTo(new Retention(3, 1, OptionalInt.empty(), 1));
  }

  @Test
  void countsADamagedOneForNothing() {
    CommittedCheckpoint newest = checkpoint(8, new Position(8, 0), Optional.empty());

    assertThat(new Retention(2, 0, OptionalInt.empty(), 0).retired(history(), newest, Set.of("7")))
        .containsExactly("1", "2", "3", "4", "5", "7");
  }

  @Test
  void neverTakesALossThatIsNoNumberForTheBest() {
    List<CommittedCheckpoint> history =
        List.of(
            checkpoint(1, new Position(2, 0), Optional.of(Double.NaN)),
            checkpoint(2, new Position(3, 0), Optional.of(0.5)),
            checkpoint(3, new Position(4, 0), Optional.of(Double.NEGATIVE_INFINITY)),
            checkpoint(4, new Position(5, 0), Optional.empty()));

    assertThat(new Retention(1, 2, OptionalInt.empty(), 0).kept(history)).containsOnly("2", "4");
  }

  /** However a run goes on, one commit after the other keeps what the rules keep of all. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void keepsTheSameStepByStepAsOfTheWholeHistory(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      OptionalInt every = random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(2);
      Retention retention = new Retention(1 + random.nextInt(4), random.nextInt(3), every, 0);
      List<CommittedCheckpoint> all = new ArrayList<>();
      List<CommittedCheckpoint> living = new ArrayList<>();
      for (int number = 1; number <= 30; number++) {
        CommittedCheckpoint next = random(number, random);
        List<String> retired = retention.retired(living, next, Set.of());
        living.removeIf(checkpoint -> retired.contains(checkpoint.name()));
        living.add(next);
        all.add(next);
        assertThat(living)
            .as("seed %d, round %d, %s", seed, round, retention)
            .extracting(CommittedCheckpoint::name)
            .containsExactlyInAnyOrderElementsOf(retention.kept(all));
        assertThat(living).isSortedAccordingTo(Comparator.comparingLong(c -> c.number()));
      }
    }
  }

  private static CommittedCheckpoint random(int number, Random random) {
    Position position = new Position(1 + number, random.nextInt(2));
    double loss = random.nextInt(10);
    return checkpoint(
        number, position, random.nextBoolean() ? Optional.of(loss) : Optional.empty());
  }

  @Test
  void isWhatTheJobSays() {
    assertThat(Retention.of(CheckpointConfig.DEFAULT, new OnDivergence.Stop()))
        .isEqualTo(new Retention(3, 1, OptionalInt.empty(), 0));
    assertThatThrownBy(() -> new Retention(0, 1, OptionalInt.empty(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static CommittedCheckpoint checkpoint(
      long number, Position position, Optional<Double> loss) {
    return new CommittedCheckpoint(number, 1, "" + number, "folder", "digest", position, loss);
  }
}
