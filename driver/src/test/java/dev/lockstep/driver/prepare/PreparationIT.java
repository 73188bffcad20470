package dev.lockstep.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.config.CsvConfig;
import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.DataFormat;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.config.LabelConfig;
import dev.lockstep.common.config.NumericConfig;
import dev.lockstep.common.config.NumericConfig.Missing;
import dev.lockstep.common.config.Scale;
import dev.lockstep.common.config.TrainingConfig.Order;
import dev.lockstep.common.data.Block;
import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.common.data.Shard;
import dev.lockstep.common.storage.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class PreparationIT {
  private static final List<String> ADULT =
      List.of(
          "age",
          "workclass",
          "fnlwgt",
          "education",
          "education-num",
          "marital-status",
          "occupation",
          "relationship",
          "race",
          "sex",
          "capital-gain",
          "capital-loss",
          "hours-per-week",
          "native-country",
          "income");
  private static final Holdout TENTH = new Holdout.Fraction(0.1);

  @TempDir Path directory;

  @Test
  void saysWhatAMissingPathStandsForThatDoesNotSaySo() {
    DataConfig data = Jobs.csv(Path.of("absent.csv"), Jobs.classes("y"));

    assertThatThrownBy(() -> Prepared.of(Jobs.of(data), directory.resolve("prepared")))
        .hasMessageMatching(
            "Cannot read absent.csv: no such file, or a folder without files \\(it stands for"
                + " file:/.*/absent.csv\\)");
  }

  @Test
  void preparesDigitsOnceAndAgainWhenSomethingChanges() throws IOException {
    Path input = directory.resolve("digits.csv");
    Files.copy(RealData.digits(), input);
    Path target = directory.resolve("prepared");
    DataConfig data = Jobs.csv(input, TENTH, TENTH, Jobs.classes("digit"), Jobs.STANDARD);

    Prepared first = Prepared.of(Jobs.of(data), target);
    DatasetManifest manifest = first.dataset().manifest();
    assertThat(manifest.test().samples()).isEqualTo(180);
    assertThat(manifest.validation().samples()).isEqualTo(180);
    assertThat(manifest.train().samples()).isEqualTo(1437);
    assertThat(manifest.schema().input()).isEqualTo(new InputShape.Vector(64));
    assertThat(manifest.schema().label())
        .isEqualTo(
            new LabelSchema.Classes(
                "digit", IntStream.range(0, 10).mapToObj(Integer::toString).toList()));
    assertThat(first.samples(manifest.train())).hasSize(1437);
    assertThat(target)
        .isDirectoryContaining("glob:**/manifest.json")
        .isDirectoryNotContaining("glob:**/.*");

    Prepared second = Prepared.of(Jobs.of(data), target);
    assertThat(second.lines())
        .containsExactly("Prepared data in file:%s is up to date".formatted(target));
    assertThat(second.dataset()).isEqualTo(first.dataset());

    Prepared otherSeed = Prepared.of(Jobs.of(data, Order.SHUFFLED, 43), target);
    assertThat(otherSeed.lines().get(0)).endsWith(": 'training.seed' has changed");
    assertThat(otherSeed.dataset().digest()).isNotEqualTo(first.dataset().digest());

    Files.writeString(input, Files.readString(input).replaceFirst("(?s)\n[^\n]*\n$", "\n"));
    Prepared changed = Prepared.of(Jobs.of(data, Order.SHUFFLED, 43), target);
    assertThat(changed.lines().get(0))
        .endsWith(": %s has changed".formatted(input.toFile().toURI()));
    assertThat(changed.dataset().manifest().train().samples()).isEqualTo(1436);

    Files.delete(changed.file(changed.dataset().manifest().train().shards().get(0)));
    Prepared repaired = Prepared.of(Jobs.of(data, Order.SHUFFLED, 43), target);
    assertThat(repaired.lines().get(0))
        .matches(".*: train-00000-[0-9a-f]{16}[.]arrow is missing or has another length");
    assertThat(repaired.dataset()).isEqualTo(changed.dataset());
  }

  @Test
  void leavesTheDatasetBeforeToItsReaders() throws IOException {
    Path input = Files.writeString(directory.resolve("a.csv"), "x,y\n1,a\n2,b\n3,a\n4,b\n");
    Path target = directory.resolve("run[1]");
    DataConfig data = Jobs.csv(input, Jobs.classes("y"));
    Prepared first = Prepared.of(Jobs.of(data, Order.SHUFFLED, 1), target);
    List<Prepared.Sample> read = first.samples(first.dataset().manifest().train());

    Prepared.of(Jobs.of(data, Order.INPUT, 1), target);
    assertThat(first.samples(first.dataset().manifest().train())).isEqualTo(read);

    Prepared third = Prepared.of(Jobs.of(data, Order.INPUT, 2), target);
    assertThat(Prepared.of(Jobs.of(data, Order.INPUT, 2), target).lines().get(0))
        .endsWith(" is up to date");
    assertThat(third.file(third.dataset().manifest().train().shards().get(0))).exists();
  }

  @Test
  void preparesAdultAsAPlainComputationDoes() throws IOException {
    Path train = RealData.shared("adult/adult-train.csv");
    Path test = RealData.shared("adult/adult-test.csv");
    Prepared prepared = Prepared.of(Jobs.of(adult(train, test)), directory);

    DatasetManifest manifest = prepared.dataset().manifest();
    assertThat(manifest.train().samples()).isEqualTo(32_561);
    assertThat(manifest.test().samples()).isEqualTo(16_281);
    assertThat(manifest.validation().samples()).isZero();
    assertThat(manifest.schema().label())
        .isEqualTo(new LabelSchema.Classes("income", List.of("<=50K", ">50K")));

    Preprocessing.Tabular fitted = (Preprocessing.Tabular) prepared.preprocessing();
    List<String[]> rows = rows(train);
    for (Preprocessing.Numeric column : fitted.numeric()) {
      double[] values = values(rows, ADULT.indexOf(column.column()));
      double mean = Arrays.stream(values).sum() / values.length;
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
      assertThat(column.shift()).isCloseTo(mean, within(mean));
      assertThat(column.scale()).isCloseTo(Math.sqrt(variance), within(Math.sqrt(variance)));
      assertThat(column.fill()).hasValue(column.shift());
    }
    assertThat(fitted.numeric()).hasSize(6);
    for (Preprocessing.Categorical column : fitted.categorical()) {
      int index = ADULT.indexOf(column.column());
      List<String> distinct = rows.stream().map(row -> row[index]).distinct().sorted().toList();
      assertThat(column.categories())
          .isEqualTo(distinct.stream().filter(value -> !value.equals("?")).toList());
      assertThat(column.missing()).isEqualTo(distinct.contains("?"));
    }
    long rich = rows.stream().filter(row -> row[14].equals(">50K")).count();
    assertThat(
            prepared.samples(manifest.train()).stream()
                .filter(sample -> sample.label().intValue() == 1))
        .hasSize((int) rich);
  }

  @Test
  void preparesImagesOfMnist() {
    Path images = RealData.shared("mnist-t10k/t10k-images-idx3-ubyte.gz");
    Prepared prepared = Prepared.of(Jobs.of(Jobs.idx(images, TENTH, TENTH)), directory);

    DatasetManifest manifest = prepared.dataset().manifest();
    assertThat(manifest.train().samples()).isEqualTo(8_000);
    assertThat(manifest.validation().samples()).isEqualTo(1_000);
    assertThat(manifest.test().samples()).isEqualTo(1_000);
    assertThat(manifest.schema().element()).isEqualTo(ElementType.UINT8);
    assertThat(manifest.schema().input()).isEqualTo(new InputShape.Image(1, 28, 28));
    assertThat(manifest.train().blockSizes()).startsWith(125).hasSize(64);
    int[] counts = new int[10];
    for (var split : List.of(manifest.train(), manifest.validation(), manifest.test())) {
      prepared.samples(split).forEach(sample -> counts[sample.label().intValue()]++);
    }
    assertThat(counts).containsExactly(980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009);
  }

  @Test
  void warnsOfNumbersThatAFewTextsMakeCategories() throws IOException {
    StringBuilder text = new StringBuilder("x,empty,y\nabc,,0\n");
    IntStream.range(0, 30).forEach(i -> text.append(i).append(",,1\n"));
    Path input = Files.writeString(directory.resolve("a.csv"), text.toString());
    Prepared prepared =
        Prepared.of(Jobs.of(Jobs.csv(input, Jobs.classes("y"))), directory.resolve("prepared"));
    assertThat(prepared.lines())
        .contains(
            "Column 'x' is taken for categories: 1 of 31 cells are no numbers; see"
                + " 'data.numeric.columns'",
            "Column 'empty' is left out: it holds no values");
    assertThat(prepared.dataset().manifest().schema().input()).isEqualTo(new InputShape.Vector(31));
  }

  @Test
  void keepsOrderOfInputWhereJobSaysSo() throws IOException {
    StringBuilder text = new StringBuilder("x,y\n");
    IntStream.range(0, 500).forEach(i -> text.append(i).append(',').append(i * 2).append('\n'));
    Path input = Files.writeString(directory.resolve("a.csv"), text.toString());
    NumericConfig unscaled = new NumericConfig(Jobs.AUTO, Scale.NONE, Missing.MEAN);
    LabelConfig label = new LabelConfig("y", LabelConfig.Type.VALUE, Map.of(), Scale.NONE);
    DataConfig data = Jobs.csv(input, TENTH, TENTH, label, unscaled);

    Prepared kept = Prepared.of(Jobs.of(data, Order.INPUT, 7), directory.resolve("kept"));
    Prepared shuffled = Prepared.of(Jobs.of(data, Order.SHUFFLED, 7), directory.resolve("other"));
    DatasetManifest manifest = kept.dataset().manifest();
    List<Float> train = labels(kept.samples(manifest.train()));
    assertThat(train).hasSize(400).isSorted();
    assertThat(labels(kept.samples(manifest.test()))).hasSize(50).isSorted();
    assertThat(labels(shuffled.samples(shuffled.dataset().manifest().train())))
        .isNotEqualTo(train)
        .containsExactlyInAnyOrderElementsOf(train);
  }

  @Test
  void describesEveryBlockByPlaceAndChecksum() throws IOException {
    DataConfig data =
        Jobs.csv(RealData.digits(), TENTH, Jobs.NONE, Jobs.classes("digit"), Jobs.STANDARD);
    Prepared prepared = Prepared.of(Jobs.of(data), directory);
    for (Shard shard : prepared.dataset().manifest().train().shards()) {
      byte[] file = Files.readAllBytes(prepared.file(shard));
      assertThat(file).hasSize((int) shard.bytes());
      assertThat(new Sha256().add(file).hex()).isEqualTo(shard.sha256());
      assertThat(shard.blocks()).isNotEmpty();
      for (Block block : shard.blocks()) {
        CRC32C crc = new CRC32C();
        crc.update(file, (int) block.offset(), block.bytes());
        assertThat(crc.getValue()).isEqualTo(block.crc32c());
      }
    }
  }

  private static DataConfig adult(Path train, Path test) {
    CsvConfig csv = new CsvConfig(false, ',', true, List.of("?", ""), ADULT);
    LabelConfig income =
        new LabelConfig(
            "income",
            LabelConfig.Type.CLASS,
            Map.of("<=50K.", "<=50K", ">50K.", ">50K"),
            Scale.NONE);
    DataConfig base =
        Jobs.csv(train, new Holdout.Path(test.toString()), Jobs.NONE, income, Jobs.STANDARD);
    return new DataConfig(
        DataFormat.CSV,
        base.train(),
        base.test(),
        base.validation(),
        csv,
        base.idx(),
        base.label(),
        base.numeric(),
        base.categorical(),
        base.prepared());
  }

  private static Offset<Double> within(double magnitude) {
    return Offset.offset(Math.abs(magnitude) * 1e-9);
  }

  private static List<String[]> rows(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank())
        .map(line -> line.trim().split(",\\s*"))
        .toList();
  }

  private static double[] values(List<String[]> rows, int column) {
    return rows.stream().mapToDouble(row -> Double.parseDouble(row[column])).toArray();
  }

  private static List<Float> labels(List<Prepared.Sample> samples) {
    return samples.stream().map(sample -> sample.label().floatValue()).toList();
  }
}
