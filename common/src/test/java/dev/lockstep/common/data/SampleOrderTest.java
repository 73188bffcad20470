package dev.lockstep.common.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.common.data.SampleOrder.Shuffle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class SampleOrderTest {
  private static final long SEED = 42;

  static Stream<Arguments> shapes() {
    return IntStream.of(0, 1, 7, 1000, 10007)
        .boxed()
        .flatMap(
            samples ->
                IntStream.of(1, 2, 3, 8, 16)
                    .boxed()
                    .flatMap(
                        lanes ->
                            IntStream.of(1, 16, 23, 1000)
                                .mapToObj(block -> Arguments.of(samples, lanes, block))));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void visitsEverySampleExactlyOnceAnEpoch(int samples, int lanes, int blockSize) {
    for (Shuffle shuffle : Shuffle.values()) {
      SampleOrder order = new SampleOrder(blocks(samples, blockSize), lanes, shuffle, SEED);
      for (int epoch = 1; epoch <= 3; epoch++) {
        List<Long> visited = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
          visited.addAll(visit(order, epoch, lane, blockSize));
        }
        assertThat(visited.stream().sorted().toList())
            .isEqualTo(LongStream.range(0, samples).boxed().toList());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void givesLanesPartsWhoseSizesDifferByAtMostOne(int samples, int lanes, int blockSize) {
    SampleOrder order =
        new SampleOrder(blocks(samples, blockSize), lanes, Shuffle.EACH_EPOCH, SEED);

    long[] sizes = IntStream.range(0, lanes).mapToLong(order::samplesOf).toArray();

    assertThat(LongStream.of(sizes).sum()).isEqualTo(samples);
    assertThat(LongStream.of(sizes).max().orElseThrow() - LongStream.of(sizes).min().orElseThrow())
        .isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void readsNoMoreThanTheOwnPartAndTwoBorderBlocks(int samples, int lanes, int blockSize) {
    SampleOrder order =
        new SampleOrder(blocks(samples, blockSize), lanes, Shuffle.EACH_EPOCH, SEED);
    for (int lane = 0; lane < lanes; lane++) {
      Map<Integer, Long> rowsRead = new HashMap<>();
      LaneCursor cursor = order.epoch(1).lane(lane);
      while (cursor.advance()) {
        rowsRead.merge(cursor.block(), 1L, Long::sum);
      }
      int[] blocks = blocks(samples, blockSize);
      assertThat(rowsRead.entrySet().stream().filter(e -> e.getValue() < blocks[e.getKey()]))
          .hasSizeLessThanOrEqualTo(2);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void countsTheSamplesOfStepsAsTheCursorsVisitThem(int samples, int lanes, int blockSize) {
    int microbatch = 5;
    SampleOrder order =
        new SampleOrder(blocks(samples, blockSize), lanes, Shuffle.EACH_EPOCH, SEED);
    int steps = order.steps(microbatch);

    long counted = 0;
    for (int step = 0; step < steps; step++) {
      long ofStep = 0;
      for (int lane = 0; lane < lanes; lane++) {
        ofStep += order.samplesAt(lane, step, microbatch);
      }
      assertThat(ofStep).isPositive().isEqualTo(order.samplesIn(step, step + 1, microbatch));
      counted += ofStep;
    }

    assertThat(counted).isEqualTo(samples).isEqualTo(order.samplesIn(0, steps, microbatch));
  }

  @Test
  void isAPureFunctionOfSeedEpochLanesAndBlocks() {
    int[] blocks = blocks(1000, 16);
    List<Long> first = visit(new SampleOrder(blocks, 3, Shuffle.EACH_EPOCH, SEED), 2, 1, 16);

    assertThat(visit(new SampleOrder(blocks, 3, Shuffle.EACH_EPOCH, SEED), 2, 1, 16))
        .isEqualTo(first);
    assertThat(visit(new SampleOrder(blocks, 3, Shuffle.EACH_EPOCH, SEED), 3, 1, 16))
        .isNotEqualTo(first);
    assertThat(visit(new SampleOrder(blocks, 3, Shuffle.EACH_EPOCH, SEED + 1), 2, 1, 16))
        .isNotEqualTo(first);
  }

  @Test
  void staysAsItIsFromVersionToVersion() {
    SampleOrder order = new SampleOrder(blocks(10, 3), 2, Shuffle.EACH_EPOCH, SEED);

    assertThat(visit(order, 1, 0, 3)).containsExactly(6L, 1L, 7L, 8L, 0L);
    assertThat(visit(order, 1, 1, 3)).containsExactly(2L, 5L, 9L, 3L, 4L);
  }

  @Test
  void keepsTheOrderOfTheInputWhereNothingIsShuffled() {
    SampleOrder order = new SampleOrder(blocks(10, 4), 2, Shuffle.NEVER, SEED);

    assertThat(visit(order, 7, 0, 4)).containsExactly(0L, 1L, 2L, 3L, 4L);
    assertThat(visit(order, 8, 1, 4)).containsExactly(5L, 6L, 7L, 8L, 9L);
  }

  @Test
  void shufflesNeighboursApart() {
    SampleOrder order = new SampleOrder(blocks(10_000, 100), 1, Shuffle.EACH_EPOCH, SEED);
    List<Long> visited = visit(order, 1, 0, 100);

    long stillNeighbours =
        IntStream.range(1, visited.size())
            .filter(i -> visited.get(i) == visited.get(i - 1) + 1)
            .count();

    assertThat(stillNeighbours).isLessThan(100);
  }

  /** Samples of a lane, numbered through all blocks. */
  private static List<Long> visit(SampleOrder order, int epoch, int lane, int blockSize) {
    List<Long> visited = new ArrayList<>();
    LaneCursor cursor = order.epoch(epoch).lane(lane);
    while (cursor.advance()) {
      visited.add((long) cursor.block() * blockSize + cursor.row());
    }
    return visited;
  }

  private static int[] blocks(int samples, int blockSize) {
    return IntStream.iterate(0, start -> start < samples, start -> start + blockSize)
        .map(start -> Math.min(blockSize, samples - start))
        .toArray();
  }
}
