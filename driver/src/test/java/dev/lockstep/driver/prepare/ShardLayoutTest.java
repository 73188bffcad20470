package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(10)
class ShardLayoutTest {
  @ParameterizedTest
  @CsvSource({
    "1, 8, 16, 1",
    "1000, 8, 16, 1",
    "8000, 788, 125, 1",
    "64000, 8, 1000, 1",
    "64001, 8, 1000, 2",
    "1000000, 8, 1000, 16",
    "1000000, 4194304, 1, 15625",
    "1000000, 5000000, 1, 15625",
    "1000000, 419430, 10, 1563"
  })
  void cutsSamplesIntoBlocksAndShards(long samples, int sampleBytes, int blockSamples, int shards) {
    ShardLayout layout = ShardLayout.of(samples, sampleBytes);
    assertThat(layout.blockSamples()).isEqualTo(blockSamples);
    assertThat(layout.shards()).isEqualTo(shards);
  }

  @Test
  void sendsEveryRankToTheShardOfItsSplit() {
    ShardPlan plan =
        ShardPlan.of(
            List.of(
                new RankedRows.Part("test", 0, 1000),
                new RankedRows.Part("validation", 1000, 0),
                new RankedRows.Part("train", 1000, 2500)),
            8);
    assertThat(plan.shards())
        .extracting(ShardPlan.Planned::file)
        .containsExactly("test-00000.arrow", "train-00000.arrow");
    assertThat(ShardPlan.shardOf(0, plan.starts())).isZero();
    assertThat(ShardPlan.shardOf(999, plan.starts())).isZero();
    assertThat(ShardPlan.shardOf(1000, plan.starts())).isEqualTo(1);
    assertThat(ShardPlan.shardOf(3499, plan.starts())).isEqualTo(1);
  }
}
