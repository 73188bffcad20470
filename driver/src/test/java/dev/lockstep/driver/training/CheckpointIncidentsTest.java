package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.checkpoint.CommittedCheckpoint;
import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.storage.Replicas;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
final class CheckpointIncidentsTest {
  private final CheckpointIncidents incidents = new CheckpointIncidents();

  @Test
  void tellsNothingOfCheckpointsThatHaveAllTheirCopies() {
    assertThat(told("a", 1, 1)).isEmpty();
    assertThat(told("b", 3, 3)).isEmpty();
  }

  @Test
  void tellsOnceThatCopiesAreMissingAndOnceThatTheyAreNot() {
    assertThat(told("a", 1, 2))
        .hasValue(
            "Checkpoints from a on are written with 1 of 2 replicas: HDFS finds no DataNodes for more"
                + " (see that all run, or lower 'dfs.replication')");
    assertThat(told("b", 1, 2)).isEmpty();
    assertThat(told("c", 2, 2))
        .hasValue("Checkpoints from c on are written with all 2 replicas again");
    assertThat(told("d", 2, 2)).isEmpty();
  }

  @Test
  void tellsAgainWhereOneMoreIsMissing() {
    assertThat(told("a", 2, 3)).isPresent();
    assertThat(told("b", 1, 3)).isPresent();
  }

  @Test
  void tellsOfTroubleThatBeginsAndNotOfEachCheckpointThatHasSome() {
    assertThat(incidents.ofStaging(Optional.of("first"))).hasValue("first");
    assertThat(incidents.ofStaging(Optional.of("second"))).isEmpty();
    assertThat(incidents.ofStaging(Optional.empty())).isEmpty();
    assertThat(incidents.ofStaging(Optional.of("third"))).hasValue("third");
  }

  private Optional<String> told(String name, int made, int wanted) {
    CommittedCheckpoint checkpoint =
        new CommittedCheckpoint(1, 1, name, "folder", "sha", new Position(2, 0), Optional.empty());
    return incidents.ofReplicas(checkpoint, new Replicas(made, wanted));
  }
}
