package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.checkpoint.CheckpointManifest;
import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.JobFile;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.spark.RankKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class KernelRuleTest {
  private static final int EPOCHS = 3;
  private static final Position MIDDLE = new Position(2, 5);
  private static final Position END = new Position(EPOCHS + 1, 0);
  private static final RankKernels ZERO = new RankKernels(0, "a", "old");
  private static final RankKernels ALIKE = new RankKernels(1, "b", "old");
  private static final RankKernels OTHER = new RankKernels(2, "c", "new");

  private final List<String> warnings = new ArrayList<>();

  @Test
  void admitsRanksThatComputeAlike() {
    assertThat(admit("alike", Optional.empty(), ZERO, ALIKE)).containsExactly("old");
    assertThat(warnings).isEmpty();
  }

  @Test
  void refusesRanksThatDiffer() {
    assertRefused(
        () -> admit("alike", Optional.empty(), ZERO, ALIKE, OTHER),
        "Cannot train on workers that do not compute alike: rank 2 (c) computes other bits than rank 0 (a) (set ");
  }

  @Test
  void warnsOfRanksThatMayDifferAndKnowsAllTheirKernels() {
    assertThat(admit("any", Optional.empty(), ZERO, ALIKE, OTHER)).containsExactly("new", "old");
    assertThat(warnings)
        .containsExactly(
            "The weights depend on which worker computes what: rank 2 (c) computes other bits than rank 0 (a) ('cluster.kernels' is any)");
  }

  @Test
  void goesOnFromACheckpointOfTheSameKernelsOrOfUnknownOnes() {
    assertThat(admit("alike", checkpoint(MIDDLE, "data", "old"), ZERO)).containsExactly("old");
    assertThat(admit("alike", checkpoint(MIDDLE, "data"), ZERO)).containsExactly("old");
    assertThat(warnings).isEmpty();
  }

  @Test
  void refusesACheckpointOfOtherKernels() {
    assertRefused(
        () -> admit("alike", checkpoint(MIDDLE, "data", "new"), ZERO),
        "Cannot go on from checkpoint c1: rank 0 (a) does not compute the bits of those that made it (go on with ");
  }

  @Test
  void refusesACheckpointInWhichSeveralKernelsHadAPart() {
    assertRefused(
        () -> admit("alike", checkpoint(MIDDLE, "data", "new", "old"), ZERO),
        "Cannot go on from checkpoint c1: workers that did not compute alike have made it (set 'cluster.kernels' to any, or ");
  }

  @Test
  void warnsOfACheckpointOfOtherKernelsAndRemembersThem() {
    assertThat(admit("any", checkpoint(MIDDLE, "data", "new"), ZERO)).containsExactly("new", "old");
    assertThat(warnings)
        .containsExactly(
            "The weights depend on checkpoint c1: rank 0 (a) does not compute the bits of those that made it ('cluster.kernels' is any)");
  }

  @Test
  void namesTheRankThatDiffersFromTheCheckpoint() {
    assertThat(admit("any", checkpoint(MIDDLE, "data", "old"), ZERO, OTHER))
        .containsExactly("new", "old");
    assertThat(warnings)
        .last()
        .asString()
        .startsWith(
            "The weights depend on checkpoint c1: rank 2 (c) does not compute the bits of those that made it");
  }

  @Test
  void comparesNothingWithACheckpointOfOtherData() {
    assertThat(admit("alike", checkpoint(MIDDLE, "before", "new"), ZERO)).containsExactly("old");
  }

  @Test
  void comparesNothingWhereNothingIsLeftToCompute() {
    assertThat(admit("alike", checkpoint(END, "data", "new"), ZERO, OTHER)).containsExactly("new");
    assertThat(warnings).isEmpty();
  }

  private List<String> admit(
      String kernels, Optional<CheckpointManifest> from, RankKernels... ranks) {
    return KernelRule.of(job(kernels), "data", from, warnings::add).apply(List.of(ranks));
  }

  private static void assertRefused(ThrowingCallable call, String start) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessageStartingWith(start);
  }

  private static Optional<CheckpointManifest> checkpoint(
      Position position, String data, String... kernels) {
    return Optional.of(
        new CheckpointManifest(
            CheckpointManifest.FORMAT_VERSION,
            "c1",
            "config",
            data,
            List.of(kernels),
            "{}",
            new CheckpointState(position, 0, List.of(), List.of()),
            List.of()));
  }

  private static JobConfig job(String kernels) {
    String text =
        """
        job: test
        data: {train: unused.csv, label: {column: label}}
        model: {layers: [{output: {activation: softmax, loss: cross-entropy}}]}
        training: {epochs: %d}
        cluster: {kernels: %s}
        """
            .formatted(EPOCHS, kernels);
    return JobFile.parse(text, "test.yaml", new Storage(Map.of()), List.of());
  }
}
