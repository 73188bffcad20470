package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.config.NumericConfig;
import dev.lockstep.common.config.NumericConfig.Missing;
import dev.lockstep.common.config.Scale;
import dev.lockstep.common.config.TrainingConfig.Order;
import dev.lockstep.common.data.ElementScaling;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class IdxIT {
  private static final byte[] LABELS = {0, 1, 2, 0, 1, 2};

  @TempDir Path directory;

  @Test
  void keepsPixelsLabelsAndOrder() throws IOException {
    Path images = write("t-images-idx3-ubyte", images(6, 2, 3));
    write("t-labels-idx1-ubyte", labels(LABELS));
    Prepared prepared =
        Prepared.of(
            Jobs.of(Jobs.idx(images, Jobs.NONE, Jobs.NONE), Order.INPUT, 1),
            directory.resolve("prepared"));
    var manifest = prepared.dataset().manifest();
    List<Prepared.Sample> samples = prepared.samples(manifest.train());
    assertThat(samples)
        .extracting(sample -> sample.label().intValue())
        .containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(samples.get(5).features()).hasSize(6);
    assertThat(manifest.schema().scaling()).isEqualTo(new ElementScaling(1 / 255f, 0));
  }

  @Test
  void appliesWhatReadersOfShardsApply() throws IOException {
    Path images = write("t-images-idx3-ubyte", images(6, 2, 3));
    write("t-labels-idx1-ubyte", labels(LABELS));
    DataConfig data = standard(Jobs.idx(images, Jobs.NONE, Jobs.NONE));
    Prepared prepared = Prepared.of(Jobs.of(data, Order.INPUT, 1), directory.resolve("prepared"));
    Dataset<Row> rows =
        new Source(LocalSpark.session(), Prepared.STORAGE).read(data, images.toString());
    List<Row> applied = Preprocessor.of(prepared.preprocessing()).apply(rows).collectAsList();
    Row last = applied.get(5);
    ElementScaling scaling = prepared.dataset().manifest().schema().scaling();
    byte[] pixels = last.getAs(RowColumns.IMAGE);
    List<Float> features = last.getList(last.fieldIndex(RowColumns.FEATURES));
    for (int i = 0; i < pixels.length; i++) {
      assertThat(features.get(i)).isEqualTo(scaling.apply(Byte.toUnsignedInt(pixels[i])));
    }
    assertThat(last.<Double>getAs(RowColumns.LABEL)).isEqualTo(2.0);
    assertThat(last.<String>getAs(RowColumns.PROBLEM)).isNull();
  }

  @Test
  void readsImagesWithoutLabelsForPrediction() throws IOException {
    Path images = write("some-images", images(4, 2, 3));
    DataConfig data = Jobs.idx(images, Jobs.NONE, Jobs.NONE);
    Dataset<Row> rows =
        new Source(LocalSpark.session(), Prepared.STORAGE).read(data, images.toString());
    assertThat(rows.count()).isEqualTo(4);
    assertThat(RowColumns.ofInput(rows)).isEmpty();
  }

  @Test
  void refusesTruncatedImages() throws IOException {
    byte[] whole = images(6, 2, 3);
    Path images = write("t-images-idx3-ubyte", Arrays.copyOf(whole, whole.length - 5));
    write("t-labels-idx1-ubyte", labels(LABELS));
    assertThat(refusal(Jobs.idx(images, Jobs.NONE, Jobs.NONE)))
        .isEqualTo(
            "Cannot read IDX file file:%s: expected 52 bytes (6 items), found 47"
                .formatted(images));
  }

  @Test
  void refusesTruncatedCompressedImages() throws IOException {
    byte[] whole = images(6, 2, 3);
    Path images = write("t-images-idx3-ubyte.gz", gzip(Arrays.copyOf(whole, whole.length - 5)));
    write("t-labels-idx1-ubyte.gz", gzip(labels(LABELS)));
    assertThat(refusal(Jobs.idx(images, Jobs.NONE, Jobs.NONE)))
        .isEqualTo(
            "Cannot read IDX file file:%s: expected 52 bytes (6 items), found 47"
                .formatted(images));
  }

  @Test
  void refusesOtherFilesThanImages() throws IOException {
    Path images = write("t-images-idx3-ubyte", "a file of text".getBytes(StandardCharsets.UTF_8));
    assertThat(refusal(Jobs.idx(images, Jobs.NONE, Jobs.NONE)))
        .isEqualTo(
            "Cannot read IDX file file:%s: it starts with 0x61206669, not 0x00000803"
                .formatted(images));
  }

  @Test
  void refusesImagesWithoutLabels() throws IOException {
    Path images = write("t-images-idx3-ubyte", images(6, 2, 3));
    assertThat(refusal(Jobs.idx(images, Jobs.NONE, Jobs.NONE)))
        .startsWith("Cannot find the labels of the images " + images);
  }

  @Test
  void refusesLabelsOfAnotherNumber() throws IOException {
    Path images = write("t-images-idx3-ubyte", images(6, 2, 3));
    Path labels = write("t-labels-idx1-ubyte", labels(new byte[] {1, 2}));
    assertThat(refusal(Jobs.idx(images, Jobs.NONE, Jobs.NONE)))
        .isEqualTo(
            "Cannot read IDX file file:%s: it has 2 labels, file:%s has 6 images"
                .formatted(labels, images));
  }

  @Test
  void refusesTestLabelThatTrainingDoesNotHave() throws IOException {
    Path images = write("t-images-idx3-ubyte", images(6, 2, 3));
    write("t-labels-idx1-ubyte", labels(LABELS));
    Path test = write("u-images-idx3-ubyte", images(2, 2, 3));
    write("u-labels-idx1-ubyte", labels(new byte[] {1, 77}));
    assertThat(refusal(Jobs.idx(images, new Holdout.Path(test.toString()), Jobs.NONE)))
        .isEqualTo(
            "Cannot use a row of file:%s: 'label' is '77', a class that the training part does not"
                    .formatted(test)
                + " have (it has '0', '1', '2') (image 1)");
  }

  @Test
  void refusesTestImagesOfAnotherSize() throws IOException {
    Path images = write("t-images-idx3-ubyte", images(6, 2, 3));
    write("t-labels-idx1-ubyte", labels(LABELS));
    Path test = write("u-images-idx3-ubyte", images(2, 3, 2));
    write("u-labels-idx1-ubyte", labels(new byte[] {1, 2}));
    assertThat(refusal(Jobs.idx(images, new Holdout.Path(test.toString()), Jobs.NONE)))
        .isEqualTo(
            "Cannot use a row of file:%s: the image has 3 x 2 pixels, not the 2 x 3 of the training"
                    .formatted(test)
                + " part (image 0); 2 rows in all are bad");
  }

  private String refusal(DataConfig data) {
    LockstepException failure =
        catchThrowableOfType(
            LockstepException.class,
            () -> Prepared.of(Jobs.of(data), directory.resolve("prepared")));
    assertThat(failure).isNotNull();
    assertThat(failure.kind()).isEqualTo(FailureKind.DATA);
    return failure.getMessage();
  }

  private static DataConfig standard(DataConfig base) {
    return new DataConfig(
        base.format(),
        base.train(),
        base.test(),
        base.validation(),
        base.csv(),
        base.idx(),
        base.label(),
        new NumericConfig(Jobs.AUTO, Scale.STANDARD, Missing.MEAN),
        base.categorical(),
        base.prepared());
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private static byte[] images(int count, int height, int width) {
    int size = height * width;
    ByteBuffer content = ByteBuffer.wrap(new byte[16 + count * size]);
    content.putInt(IdxHeader.IMAGES).putInt(count).putInt(height).putInt(width);
    for (int i = 0; i < count * size; i++) {
      content.put((byte) (i * 37));
    }
    return content.array();
  }

  private static byte[] labels(byte[] labels) {
    ByteBuffer content = ByteBuffer.wrap(new byte[8 + labels.length]);
    return content.putInt(IdxHeader.LABELS).putInt(labels.length).put(labels).array();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }
}
