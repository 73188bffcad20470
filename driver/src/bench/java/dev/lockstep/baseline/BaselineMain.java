package dev.lockstep.baseline;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Trains a network with one of DL4J's masters: one pass over the samples for every message of its
 * parent, which is answered with the seconds that it took.
 *
 * <p>Arguments: the folder with {@code network.json}, a MultiLayerConfiguration, and {@code
 * minibatches/}, one saved DataSet a file; the {@linkplain Master name of the master}; the number
 * of workers; the samples of a minibatch.
 */
public final class BaselineMain {
  private BaselineMain() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    int workers = Integer.parseInt(arguments[2]);
    int samples = Integer.parseInt(arguments[3]);
    Parent parent = Parent.listen();
    try (JavaSparkContext spark = new JavaSparkContext(conf(workers))) {
      JavaRDD<DataSet> minibatches =
          spark.parallelize(files(folder.resolve("minibatches")), workers).map(BaselineMain::load);
      SparkDl4jMultiLayer network =
          new SparkDl4jMultiLayer(
              spark,
              MultiLayerConfiguration.fromJson(Files.readString(folder.resolve("network.json"))),
              Master.of(arguments[1], workers, samples));
      while (parent.asks()) {
        long start = System.nanoTime();
        network.fit(minibatches);
        parent.answer((System.nanoTime() - start) / 1e9);
      }
    }
  }

  /** Arrays that Spark sends have to go through a serializer of ND4J. */
  private static SparkConf conf(int workers) {
    return new SparkConf()
        .setMaster("local[" + workers + "]")
        .setAppName("baseline")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .set("spark.kryo.registrator", "org.nd4j.kryo.Nd4jRegistrator");
  }

  private static List<String> files(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(Path::toString).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataSet load(String file) {
    DataSet minibatch = new DataSet();
    minibatch.load(new File(file));
    return minibatch;
  }
}
