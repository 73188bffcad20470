package dev.lockstep.worker.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.checkpoint.Position;
import dev.lockstep.common.storage.Replicas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
final class ReplicaNewsTest {
  private final ReplicaNews news = new ReplicaNews();

  @Test
  void tellsNothingOfCheckpointsThatHaveAllTheirCopies() {
    assertThat(news.of(new Position(1, 5), new Replicas(1, 1))).isEmpty();
    assertThat(news.of(new Position(2, 0), new Replicas(3, 3))).isEmpty();
  }

  @Test
  void tellsOnceThatCopiesAreMissingAndOnceThatTheyAreNot() {
    assertThat(news.of(new Position(2, 7), new Replicas(1, 2)))
        .hasValue(
            "The checkpoint after epoch 2, step 7 has 1 of 2 replicas: HDFS did without a DataNode"
                + " (see that all run, or lower 'dfs.replication')");
    assertThat(news.of(new Position(3, 0), new Replicas(1, 2))).isEmpty();
    assertThat(news.of(new Position(4, 0), new Replicas(2, 2)))
        .hasValueSatisfying(told -> assertThat(told).endsWith(" has 2 of 2 replicas again"));
    assertThat(news.of(new Position(5, 0), new Replicas(2, 2))).isEmpty();
  }

  @Test
  void tellsAgainWhereOneMoreIsMissing() {
    assertThat(news.of(new Position(2, 0), new Replicas(2, 3))).isPresent();
    assertThat(news.of(new Position(3, 0), new Replicas(1, 3))).isPresent();
  }
}
