package dev.lockstep.worker.combine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.collective.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BucketsTest {
  private static final long SEED = 20260317;

  @Test
  void cutsTheMnistMlpBeforeItsFirstLayer() {
    List<Span> layers = layers(784 * 512 + 512, 512 * 256 + 256, 256 * 10 + 10);

    assertThat(Buckets.of(layers, GradientSharing.LEAST_BUCKET).spans())
        .containsExactly(new Span(401_920, 535_818), new Span(0, 401_920));
  }

  @Test
  void leavesWhatIsSmallAtTheStartABucketOfItsOwn() {
    List<Span> layers = layers(520, 25_050, 400_500, 5_010);

    assertThat(Buckets.of(layers, GradientSharing.LEAST_BUCKET).spans())
        .containsExactly(new Span(25_570, 431_080), new Span(0, 25_570));
  }

  @Test
  void leavesASmallNetworkWhole() {
    assertThat(Buckets.of(layers(100, 200, 30), 1000)).isEqualTo(Buckets.whole(330));
  }

  @Test
  void cutsALargeNetworkIntoFewBuckets() {
    int[] thousand = new int[1000];
    Arrays.fill(thousand, 100_000);

    assertThat(Buckets.of(layers(thousand), GradientSharing.LEAST_BUCKET).spans())
        .hasSizeBetween(10, 16);
  }

  @Test
  void coversEveryVectorFromItsEndToItsStart() {
    Random random = new Random(SEED);
    for (int round = 0; round < 200; round++) {
      int[] lengths = random.ints(1 + random.nextInt(20), 1, 5000).toArray();
      List<Span> layers = layers(lengths);

      int end = layers.get(layers.size() - 1).end();
      for (Span bucket : Buckets.of(layers, 1 + random.nextInt(3000)).spans()) {
        assertThat(bucket.end()).as("seed %d", SEED).isEqualTo(end);
        assertThat(layers).extracting(Span::start).contains(bucket.start());
        end = bucket.start();
      }
      assertThat(end).isZero();
    }
  }

  private static List<Span> layers(int... lengths) {
    List<Span> layers = new ArrayList<>();
    int start = 0;
    for (int length : lengths) {
      layers.add(new Span(start, start + length));
      start += length;
    }
    return layers;
  }
}
