package dev.lockstep.driver.prepare;

import dev.lockstep.common.data.Block;
import dev.lockstep.common.data.Shard;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.ArrowBlock;

/** Writes one shard as an Arrow IPC file, block by block. */
final class ShardWriter {
  private final ShardFormat format;
  private final int blockSamples;

  ShardWriter(ShardFormat format, int blockSamples) {
    this.format = format;
    this.blockSamples = blockSamples;
  }

  /**
   * @param samples as {@link SampleEncoder} makes them, in their final order
   * @param out stays open
   */
  Shard write(String name, Iterator<byte[]> samples, OutputStream out) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(format.arrowSchema(), allocator);
        DigestChannel channel = new DigestChannel(out);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
      List<Block> blocks = new ArrayList<>();
      writer.start();
      while (samples.hasNext()) {
        fill(root, samples);
        channel.mark();
        writer.writeBatch();
        blocks.add(block(last(writer), root.getRowCount(), channel.crcSinceMark()));
      }
      writer.end();
      long count = blocks.stream().mapToLong(Block::samples).sum();
      return new Shard(name, count, channel.bytes(), channel.sha256(), blocks);
    }
  }

  private void fill(VectorSchemaRoot root, Iterator<byte[]> samples) {
    FixedSizeListVector features = (FixedSizeListVector) root.getVector(ShardFormat.FEATURES);
    FieldVector label = root.getVector(ShardFormat.LABEL);
    for (FieldVector vector : List.of(features, label)) {
      vector.setInitialCapacity(blockSamples);
      vector.allocateNew();
    }
    ArrowBuf elements = features.getDataVector().getDataBuffer();
    int count = 0;
    for (; count < blockSamples && samples.hasNext(); count++) {
      byte[] sample = samples.next();
      int bytes = format.featureBytes();
      elements.setBytes((long) count * bytes, sample, 0, bytes);
      label
          .getDataBuffer()
          .setBytes(
              (long) count * SampleEncoder.LABEL_BYTES, sample, bytes, SampleEncoder.LABEL_BYTES);
    }
    setPresent(features.getValidityBuffer(), count);
    setPresent(features.getDataVector().getValidityBuffer(), (long) count * format.size());
    setPresent(label.getValidityBuffer(), count);
    root.setRowCount(count);
  }

  private static void setPresent(ArrowBuf validity, long values) {
    validity.setOne(0, (values + Byte.SIZE - 1) / Byte.SIZE);
  }

  private static ArrowBlock last(ArrowFileWriter writer) {
    List<ArrowBlock> blocks = writer.getRecordBlocks();
    return blocks.get(blocks.size() - 1);
  }

  private static Block block(ArrowBlock written, int samples, long crc) {
    int bytes = Math.toIntExact(written.getMetadataLength() + written.getBodyLength());
    return new Block(written.getOffset(), bytes, written.getMetadataLength(), samples, crc);
  }
}
