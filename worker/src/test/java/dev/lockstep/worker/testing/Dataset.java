package dev.lockstep.worker.testing;

import dev.lockstep.common.data.Block;
import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.ElementScaling;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.data.Shard;
import dev.lockstep.common.data.Split;
import dev.lockstep.common.storage.Sha256;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Random samples with a learnable label, written as a prepared dataset.
 *
 * @param directory of the shards
 * @param features of each sample, in the order of the shard
 * @param labels class of each sample
 */
public record Dataset(
    Path directory, DatasetManifest manifest, List<float[]> features, List<Integer> labels) {
  private static final int CLASSES = 3;

  /** Writes a dataset of so many samples; all of it serves for training, validation and test. */
  public static Dataset write(
      Path directory, InputShape shape, int samples, int blockSize, long seed) throws IOException {
    Random random = new Random(seed);
    float[][] features = new float[samples][shape.size()];
    int[] labels = new int[samples];
    for (int i = 0; i < samples; i++) {
      labels[i] = random.nextInt(CLASSES);
      for (int j = 0; j < shape.size(); j++) {
        features[i][j] = (float) random.nextGaussian() + (j % CLASSES == labels[i] ? 1.5f : 0f);
      }
    }
    DataSchema schema =
        new DataSchema(
            ElementType.FLOAT32,
            shape,
            names(shape),
            new LabelSchema.Classes("label", List.of("a", "b", "c")),
            ElementScaling.NONE);
    Split split = split(directory, shape.size(), blockSize, features, labels);
    return new Dataset(
        directory,
        new DatasetManifest(DatasetManifest.FORMAT_VERSION, schema, split, split, split),
        List.of(features),
        Arrays.stream(labels).boxed().toList());
  }

  private static List<String> names(InputShape shape) {
    return shape instanceof InputShape.Vector
        ? IntStream.range(0, shape.size()).mapToObj(i -> "x" + i).toList()
        : List.of();
  }

  private static Split split(
      Path directory, int width, int blockSize, float[][] features, int[] labels)
      throws IOException {
    if (labels.length == 0) {
      return Split.EMPTY;
    }
    Path file = directory.resolve("samples.arrow");
    List<ArrowBlock> written = writeArrow(file, width, blockSize, features, labels);
    byte[] bytes = Files.readAllBytes(file);
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < written.size(); i++) {
      int samples = Math.min(blockSize, labels.length - i * blockSize);
      blocks.add(block(written.get(i), samples, bytes));
    }
    Shard shard =
        new Shard(
            "samples.arrow", labels.length, bytes.length, new Sha256().add(bytes).hex(), blocks);
    return new Split(labels.length, List.of(shard));
  }

  private static Block block(ArrowBlock written, int samples, byte[] file) {
    int length = written.getMetadataLength() + Math.toIntExact(written.getBodyLength());
    CRC32C checksum = new CRC32C();
    checksum.update(file, Math.toIntExact(written.getOffset()), length);
    return new Block(
        written.getOffset(), length, written.getMetadataLength(), samples, checksum.getValue());
  }

  private static List<ArrowBlock> writeArrow(
      Path file, int width, int blockSize, float[][] features, int[] labels) throws IOException {
    Field element =
        new Field(
            "element",
            FieldType.notNullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            List.of());
    Field list =
        new Field(
            "features",
            FieldType.notNullable(new ArrowType.FixedSizeList(width)),
            List.of(element));
    Field label = new Field("label", FieldType.notNullable(new ArrowType.Int(32, true)), List.of());
    try (RootAllocator allocator = new RootAllocator();
        VectorSchemaRoot root =
            VectorSchemaRoot.create(new Schema(Arrays.asList(list, label)), allocator);
        FileChannel out =
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, out)) {
      writer.start();
      for (int start = 0; start < labels.length; start += blockSize) {
        fill(root, start, Math.min(blockSize, labels.length - start), features, labels);
        writer.writeBatch();
      }
      writer.end();
      return writer.getRecordBlocks();
    }
  }

  private static void fill(
      VectorSchemaRoot root, int start, int rows, float[][] features, int[] labels) {
    FixedSizeListVector lists = (FixedSizeListVector) root.getVector("features");
    Float4Vector elements = (Float4Vector) lists.getDataVector();
    IntVector classes = (IntVector) root.getVector("label");
    int width = lists.getListSize();
    lists.allocateNew();
    elements.allocateNew(rows * width);
    classes.allocateNew(rows);
    for (int row = 0; row < rows; row++) {
      lists.setNotNull(row);
      classes.set(row, labels[start + row]);
      int at = row * width;
      float[] values = features[start + row];
      IntStream.range(0, width).forEach(i -> elements.set(at + i, values[i]));
    }
    elements.setValueCount(rows * width);
    lists.setValueCount(rows);
    classes.setValueCount(rows);
    root.setRowCount(rows);
  }
}
