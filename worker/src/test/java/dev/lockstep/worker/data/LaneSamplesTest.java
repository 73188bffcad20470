package dev.lockstep.worker.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.SampleOrder;
import dev.lockstep.common.data.SampleOrder.Shuffle;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.data.Prefetcher.Request;
import dev.lockstep.worker.testing.Dataset;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LaneSamplesTest {
  private static final int WIDTH = 5;
  private static final int SAMPLES = 103;
  private static final int BLOCK = 10;
  private static final long SEED = 42;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir private Path directory;
  private Dataset dataset;
  private SampleOrder order;

  @BeforeEach
  void write() throws IOException {
    dataset = Dataset.write(directory, new InputShape.Vector(WIDTH), SAMPLES, BLOCK, SEED);
    order = new SampleOrder(dataset.manifest().train().blockSizes(), 3, Shuffle.EACH_EPOCH, SEED);
  }

  @Test
  void readsEverySampleOnceWithItsLabel() {
    try (LaneSamples samples = samples(1 << 20)) {
      assertReadsAll(samples);
    }
  }

  @Test
  void readsAlikeWithACacheThatHoldsOneBlock() {
    try (LaneSamples samples = samples(1)) {
      assertReadsAll(samples);
    }
  }

  @Test
  void startsAnewWithEachEpoch() {
    Memory batch = new Memory(SAMPLES);
    try (LaneSamples samples = samples(1 << 20)) {
      samples.start(order.epoch(1));
      samples.next(0, 10, batch);
      float[] first = batch.copy();
      samples.next(0, 10, batch);
      assertThat(batch.copy()).isNotEqualTo(first);
      samples.start(order.epoch(1));
      samples.next(0, 10, batch);
      assertThat(batch.copy()).isEqualTo(first);
    }
  }

  @Test
  void refusesABlockThatIsNotWhatItsChecksumSays() throws IOException {
    Path shard = directory.resolve("samples.arrow");
    byte[] bytes = Files.readAllBytes(shard);
    int middle = (int) dataset.manifest().train().shards().get(0).blocks().get(5).offset() + 200;
    bytes[middle] ^= 1;
    Files.write(shard, bytes);

    try (LaneSamples samples = samples(1 << 20)) {
      assertThatThrownBy(() -> assertReadsAll(samples))
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
          .hasMessageMatching(
              "Cannot read shard .*samples.arrow: checksum mismatch at byte \\d+ \\(prepare the data"
                  + " again\\)");
    }
  }

  @Test
  void namesAShardThatIsCutShort() throws IOException {
    Path shard = directory.resolve("samples.arrow");
    Files.write(shard, Arrays.copyOf(Files.readAllBytes(shard), 500));

    try (LaneSamples samples = samples(1 << 20)) {
      assertThatThrownBy(() -> assertReadsAll(samples))
          .hasMessageContaining("Cannot read shard ")
          .hasMessageContaining("samples.arrow");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 16, 32})
  void readsAheadInTheOrderOfTheRequests(int microbatches) {
    Memory plain = new Memory(7);
    List<Request> requests = requests(3 * microbatches + 1).toList();
    try (LaneSamples samples = samples(1 << 20);
        LaneSamples ahead = samples(1 << 20);
        Prefetcher<Memory> prefetcher = prefetcher(ahead, microbatches)) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        samples.start(order.epoch(epoch));
        prefetcher.start(order.epoch(epoch), 0, requests.iterator());
        for (Request request : requests) {
          samples.next(request.lane(), request.atMost(), plain);
          Memory next = prefetcher.take();
          assertThat(next.copy()).isEqualTo(plain.copy());
          prefetcher.release(next);
        }
      }
    }
  }

  @Test
  void wakesItsReaderForHalfOfTheMicrobatchesAtATime() throws InterruptedException {
    BlockingQueue<Request> asked = new LinkedBlockingQueue<>();
    try (LaneSamples samples = samples(1 << 20);
        Prefetcher<Memory> prefetcher = prefetcher(samples, 16)) {
      prefetcher.start(order.epoch(1), 0, requests(40).peek(asked::add).iterator());
      takeAll(asked, 17); // it waits for a microbatch with the next request in its hands

      giveBack(prefetcher, 7);
      assertThat(asked.poll(200, TimeUnit.MILLISECONDS)).isNull();
      giveBack(prefetcher, 1);

      takeAll(asked, 8);
    }
  }

  private static void takeAll(BlockingQueue<Request> asked, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      assertThat(asked.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)).isNotNull();
    }
  }

  private static void giveBack(Prefetcher<Memory> prefetcher, int count) {
    for (int i = 0; i < count; i++) {
      prefetcher.release(prefetcher.take());
    }
  }

  @Test
  void passesAFailureOfTheReaderOn() throws IOException {
    Files.delete(directory.resolve("samples.arrow"));

    try (LaneSamples samples = samples(1 << 20);
        Prefetcher<Memory> prefetcher = prefetcher(samples, 3)) {
      prefetcher.start(order.epoch(1), 0, requests(4).iterator());
      assertThatThrownBy(prefetcher::take)
          .isInstanceOfSatisfying(
              LockstepException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.STORAGE))
          .hasMessageContaining("samples.arrow: no such file");
    }
  }

  @Test
  void endsItsThreadInTheMiddleOfAnEpoch() {
    for (int round = 0; round < 50; round++) {
      try (LaneSamples samples = samples(1);
          Prefetcher<Memory> prefetcher = prefetcher(samples, 3)) {
        prefetcher.start(order.epoch(1), 0, requests(4).iterator());
        prefetcher.release(prefetcher.take());
      }
    }

    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("rank-4-reader");
  }

  @Test
  void failsWhereNoSamplesComeInTime() {
    try (LaneSamples samples = samples(1 << 20);
        Prefetcher<Memory> prefetcher =
            new Prefetcher<>(4, samples, Duration.ofSeconds(1), List.of(new Memory(7)))) {
      prefetcher.start(order.epoch(1), 0, requests(4).iterator());
      prefetcher.take();

      assertThatThrownBy(prefetcher::take)
          .hasMessage("Failed to read samples on thread rank-4-reader within 1 s");
    }
  }

  private void assertReadsAll(LaneSamples samples) {
    List<String> read = new ArrayList<>();
    Memory batch = new Memory(7);
    samples.start(order.epoch(1));
    for (int lane = 0; lane < order.lanes(); lane++) {
      samples.next(lane, 7, batch);
      while (batch.samples > 0) {
        read.addAll(batch.rows());
        samples.next(lane, 7, batch);
      }
    }
    List<String> expected =
        IntStream.range(0, SAMPLES)
            .mapToObj(
                i -> Arrays.toString(dataset.features().get(i)) + " " + dataset.labels().get(i))
            .toList();
    assertThat(read).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static Stream<Request> requests(int count) {
    return IntStream.range(0, count).mapToObj(i -> new Request(i % 3, 7));
  }

  private static Prefetcher<Memory> prefetcher(LaneSamples samples, int microbatches) {
    return new Prefetcher<>(
        4, samples, TIMEOUT, Stream.generate(() -> new Memory(7)).limit(microbatches).toList());
  }

  private LaneSamples samples(long cacheBytes) {
    return new LaneSamples(
        new Storage(Map.of()),
        directory.toUri().toString(),
        dataset.manifest().schema(),
        dataset.manifest().train(),
        cacheBytes);
  }

  /** A microbatch on the heap. */
  private static final class Memory implements Microbatch {
    private final FloatBuffer features;
    private final float[] labels;
    private int samples;

    Memory(int capacity) {
      features = FloatBuffer.allocate(capacity * WIDTH);
      labels = new float[capacity];
    }

    @Override
    public FloatBuffer features() {
      return features;
    }

    @Override
    public float[] labels() {
      return labels;
    }

    @Override
    public void filled(int filledSamples) {
      samples = filledSamples;
    }

    float[] copy() {
      return Arrays.copyOf(features.array(), samples * WIDTH);
    }

    List<String> rows() {
      return IntStream.range(0, samples)
          .mapToObj(
              i ->
                  Arrays.toString(Arrays.copyOfRange(features.array(), i * WIDTH, (i + 1) * WIDTH))
                      + " "
                      + (int) labels[i])
          .toList();
    }
  }
}
