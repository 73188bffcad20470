package dev.lockstep.driver.cluster;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.util.Utils$;
import scala.collection.JavaConverters;

/**
 * What the user has set for Spark: {@code spark-defaults.conf} and the options {@code --conf}. It
 * wins over what Lockstep would set.
 *
 * @param defaults of the file
 * @param given on the command line
 */
public record UserSettings(Map<String, String> defaults, Map<String, String> given) {
  public UserSettings {
    defaults = Map.copyOf(defaults);
    given = Map.copyOf(given);
  }

  /**
   * The settings of a user.
   *
   * @param environment of the process: SPARK_CONF_DIR, else SPARK_HOME, names the file's folder
   */
  public static UserSettings of(Map<String, String> environment, Map<String, String> given) {
    String file =
        Utils$.MODULE$.getDefaultPropertiesFile(JavaConverters.mapAsScalaMap(environment));
    Map<String, String> defaults =
        file == null
            ? Map.of()
            : JavaConverters.mapAsJavaMap(Utils$.MODULE$.getPropertiesFromFile(file));
    return new UserSettings(defaults, given);
  }

  /** Everything that holds, by key. */
  public Map<String, String> all() {
    Map<String, String> all = new LinkedHashMap<>(defaults);
    all.putAll(given);
    return all;
  }

  /** Those of Lockstep's settings that the user leaves to it. */
  Map<String, String> leaves(Map<String, String> own) {
    Map<String, String> left = new LinkedHashMap<>(own);
    left.keySet().removeAll(all().keySet());
    return left;
  }

  /** A sentence for every setting of the job file that the user has set otherwise. */
  List<String> overruled(Map<String, String> ofJob) {
    List<String> sentences = new ArrayList<>();
    Map<String, String> all = all();
    ofJob.forEach(
        (key, value) -> {
          String own = all.getOrDefault(key, value);
          if (!own.equals(value)) {
            sentences.add(
                "%s is %s as your Spark settings say, not %s as the job file does"
                    .formatted(key, own, value));
          }
        });
    return sentences;
  }
}
