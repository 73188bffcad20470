package dev.lockstep.worker.data;

import dev.lockstep.common.data.Block;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.data.Shard;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.RandomReader;
import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads blocks of a split from their shards and checks each against the checksum of the manifest.
 *
 * <p>A block is an Arrow record batch of two columns, a fixed-size list of features and a label,
 * neither of which holds nulls. Its buffers are, in Arrow's order: validity of the lists, validity
 * of the elements, elements, validity of the labels, labels.
 */
final class BlockReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockReader.class);
  private static final int OPEN_FILES = 8;
  private static final int ELEMENTS = 2;
  private static final int LABELS = 4;

  private final Storage storage;
  private final String directory;
  private final DataSchema schema;
  private final List<Place> places;
  private final float[] inputOfByte;
  private final BufferAllocator allocator = new RootAllocator();
  private final Map<String, RandomReader> open = new LinkedHashMap<>();

  /** Where a block lies. */
  private record Place(Shard shard, Block block) {}

  /**
   * @param directory folder of the manifest
   */
  BlockReader(Storage storage, String directory, DataSchema schema, Split split) {
    this.storage = storage;
    this.directory = directory;
    this.schema = schema;
    this.places = new ArrayList<>();
    for (Shard shard : split.shards()) {
      shard.blocks().forEach(block -> places.add(new Place(shard, block)));
    }
    this.inputOfByte = new float[256];
    IntStream.range(0, 256).forEach(b -> inputOfByte[b] = schema.scaling().apply(b));
  }

  /** Features of one sample. */
  int width() {
    return schema.input().size();
  }

  /** Reads and decodes a block, counted through all shards of the split. */
  SampleBlock read(int index) {
    Place place = places.get(index);
    try {
      return decode(place.block(), bytesOf(place));
    } catch (IOException | RuntimeException e) {
      throw e instanceof LockstepException known
          ? known
          : new LockstepException(
              FailureKind.STORAGE,
              "Cannot read shard %s: %s".formatted(path(place.shard()), e.getMessage()),
              e);
    }
  }

  @Override
  public void close() {
    open.values().forEach(BlockReader::closeQuietly);
    open.clear();
    allocator.close();
  }

  private byte[] bytesOf(Place place) throws IOException {
    Block block = place.block();
    byte[] bytes = new byte[block.bytes()];
    file(place.shard()).readFully(block.offset(), bytes);
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    if (checksum.getValue() != block.crc32c()) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot read shard %s: checksum mismatch at byte %d (prepare the data again)"
              .formatted(path(place.shard()), block.offset()));
    }
    return bytes;
  }

  private SampleBlock decode(Block block, byte[] bytes) throws IOException {
    ReadChannel channel = new ReadChannel(new ByteArrayChannel(ByteBuffer.wrap(bytes)));
    ArrowBlock whole =
        new ArrowBlock(0, block.metadataBytes(), block.bytes() - block.metadataBytes());
    try (ArrowRecordBatch batch =
        MessageSerializer.deserializeRecordBatch(channel, whole, allocator)) {
      List<ArrowBuf> buffers = batch.getBuffers();
      float[] labels = labels(buffers.get(LABELS), block.samples());
      int elements = block.samples() * width();
      return switch (schema.element()) {
        case UINT8 ->
            SampleBlock.ofBytes(
                width(), bytes(buffers.get(ELEMENTS), elements), labels, inputOfByte);
        case FLOAT32 ->
            SampleBlock.ofFloats(width(), floats(buffers.get(ELEMENTS), elements), labels);
      };
    }
  }

  private float[] labels(ArrowBuf buffer, int samples) {
    if (schema.label() instanceof LabelSchema.Value) {
      return floats(buffer, samples);
    }
    float[] labels = new float[samples];
    IntStream.range(0, samples).forEach(i -> labels[i] = buffer.getInt((long) i * Integer.BYTES));
    return labels;
  }

  private static byte[] bytes(ArrowBuf buffer, int length) {
    byte[] bytes = new byte[length];
    buffer.getBytes(0, bytes);
    return bytes;
  }

  private static float[] floats(ArrowBuf buffer, int length) {
    float[] floats = new float[length];
    buffer
        .nioBuffer(0, length * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(floats);
    return floats;
  }

  private RandomReader file(Shard shard) {
    RandomReader reader = open.remove(shard.file());
    if (reader == null) {
      reader = storage.openRandom(path(shard));
    }
    open.put(shard.file(), reader);
    if (open.size() > OPEN_FILES) {
      closeQuietly(open.remove(open.keySet().iterator().next()));
    }
    return reader;
  }

  private String path(Shard shard) {
    return directory + "/" + shard.file();
  }

  private static void closeQuietly(RandomReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      LOG.warn("Failed to close a shard", e);
    }
  }
}
