package dev.lockstep.driver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.common.data.ElementScaling;
import dev.lockstep.common.data.ElementType;
import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.driver.prepare.RowColumns;
import dev.lockstep.worker.model.InputElements;
import dev.lockstep.worker.model.Ports;
import dev.lockstep.worker.model.ReplicaBatch;
import dev.lockstep.worker.network.StackNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import scala.collection.mutable.WrappedArray;

@Timeout(60)
final class PredictedRowsTest {
  private static final StructType SCHEMA =
      new StructType()
          .add("x", DataTypes.StringType)
          .add(RowColumns.RAGGED, DataTypes.StringType)
          .add(RowColumns.FILE, DataTypes.StringType)
          .add(RowColumns.BLOCK, DataTypes.LongType)
          .add(RowColumns.ROW, DataTypes.LongType)
          .add(RowColumns.FEATURES, DataTypes.createArrayType(DataTypes.FloatType))
          .add(RowColumns.PROBLEM, DataTypes.StringType);
  private static final LabelSchema LABEL = new LabelSchema.Value("y", 10, 2);

  private final List<RowAccount> accounts = new ArrayList<>();

  @Test
  void keepsTheOrderOfRowsAcrossBatches() {
    List<Row> samples =
        IntStream.range(0, 600)
            .mapToObj(i -> i % 50 == 3 ? bad(i, "it is bad") : sample(i, i))
            .toList();

    List<Row> rows = predicted(samples, 3);

    assertThat(rows).hasSize(600);
    for (int i = 0; i < 600; i++) {
      assertThat(rows.get(i).getString(0)).isEqualTo("x" + i);
      if (i % 50 == 3) {
        assertThat(rows.get(i).isNullAt(1)).isTrue();
        assertThat(rows.get(i).getString(2)).isEqualTo("it is bad");
      } else {
        assertThat(rows.get(i).getDouble(1)).isEqualTo(3.0 * i * 2 + 10);
        assertThat(rows.get(i).isNullAt(2)).isTrue();
      }
    }
    RowAccount sum = accounts.stream().reduce(RowAccount.NONE, RowAccount::plus);
    assertThat(accounts).hasSize(3);
    assertThat(sum.rows()).isEqualTo(600);
    assertThat(sum.bad()).isEqualTo(12);
    assertThat(sum.first().get(0).text()).isEqualTo("in.csv: it is bad: x3");
  }

  @Test
  void takesAnOutputThatIsNotFiniteForNoPrediction() {
    List<Row> rows = predicted(List.of(sample(0, 1), sample(1, Float.MAX_VALUE)), 3);

    assertThat(rows.get(0).getDouble(1)).isEqualTo(16);
    assertThat(rows.get(1).isNullAt(1)).isTrue();
    assertThat(rows.get(1).getString(2)).isEqualTo("the network's output is not finite");
    assertThat(accounts.get(0).bad()).isEqualTo(1);
  }

  @Test
  void hasNothingToSayAboutAnEmptyPartition() {
    PredictedRows rows = rows(List.of(), 1);

    assertThat(rows.hasNext()).isFalse();
    assertThatThrownBy(rows::next).isInstanceOf(NoSuchElementException.class);
  }

  private List<Row> predicted(List<Row> samples, float weight) {
    List<Row> rows = new ArrayList<>();
    rows(samples, weight).forEachRemaining(rows::add);
    return rows;
  }

  /** One input, one output: the input times the weight. */
  private PredictedRows rows(List<Row> samples, float weight) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(1)
                        .nOut(1)
                        .build())
                .build());
    network.init(Nd4j.createFromArray(weight, 0f), false);
    DataSchema schema =
        new DataSchema(
            ElementType.FLOAT32,
            new InputShape.Vector(1),
            List.of("x"),
            LABEL,
            ElementScaling.NONE);
    StackNetwork stack = new StackNetwork(network);
    return new PredictedRows(
        samples.iterator(),
        new BatchPredictor(
            stack,
            new ReplicaBatch(
                schema,
                new Ports(new InputElements(List.of(List.of(0))), List.of(1)),
                BatchPredictor.CAPACITY)),
        Outcome.of(LABEL),
        List.of("x"),
        List.of("x"),
        accounts::add);
  }

  private static Row sample(long number, float feature) {
    return row(number, new Float[] {feature}, null);
  }

  private static Row bad(long number, String problem) {
    return row(number, new Float[0], problem);
  }

  private static Row row(long number, Float[] features, String problem) {
    Object[] values = {
      "x" + number, null, "in.csv", 0L, number, new WrappedArray.ofRef<>(features), problem
    };
    return new GenericRowWithSchema(values, SCHEMA);
  }
}
