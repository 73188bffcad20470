package dev.lockstep.driver.cluster;

import dev.lockstep.common.config.ClusterConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The line that starts spark-submit.
 *
 * @param words program and arguments, as a process is started with
 */
public record SubmitLine(List<String> words) {
  private static final String MAIN = "dev.lockstep.driver.cli.LockstepCommand";
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  public SubmitLine {
    words = List.copyOf(words);
  }

  /**
   * What a line is made of.
   *
   * @param sparkHome folder of the Spark distribution
   * @param jar the job jar, any path that the cluster can read
   * @param name of the application
   * @param driverOptions options for the driver's JVM
   * @param kernels by which all processes are to compute
   * @param arguments of the program
   */
  public record Parts(
      Path sparkHome,
      String jar,
      String name,
      Master master,
      DeployMode mode,
      ClusterConfig cluster,
      List<String> driverOptions,
      NativeKernels kernels,
      UserSettings user,
      List<String> arguments) {
    private ClusterSettings settings() {
      return new ClusterSettings(master, mode, cluster);
    }

    /** Sentences about what the user's settings take the place of. */
    public List<String> overruled() {
      return user.overruled(settings().ofJob());
    }
  }

  public static SubmitLine of(Parts parts) {
    List<String> words = new ArrayList<>();
    words.add(parts.sparkHome().resolve("bin/spark-submit").toString());
    words.addAll(List.of("--class", MAIN, "--name", parts.name()));
    words.addAll(List.of("--master", parts.master().url()));
    words.addAll(List.of("--deploy-mode", parts.mode().toString()));
    settings(parts)
        .forEach((key, value) -> words.addAll(List.of("--conf", "%s=%s".formatted(key, value))));
    words.add(parts.jar());
    words.addAll(parts.arguments());
    return new SubmitLine(words);
  }

  /** The line as it can be pasted into a shell. */
  public String shell() {
    return words.stream().map(SubmitLine::quoted).collect(Collectors.joining(" "));
  }

  private static Map<String, String> settings(Parts parts) {
    ClusterSettings own = parts.settings();
    UserSettings user = parts.user();
    Map<String, String> settings = new LinkedHashMap<>(user.leaves(own.ofJob()));
    settings.putAll(user.leaves(own.ofEveryJob()));
    settings.putAll(user.leaves(parts.kernels().settings(parts.master(), parts.mode())));
    settings.putAll(user.given());
    own.javaOptions(parts.driverOptions())
        .forEach((key, options) -> settings.put(key, joined(options, user.all().get(key))));
    return settings;
  }

  /** Options of the user's come last, for the last one holds. */
  private static String joined(List<String> options, String ofUser) {
    String own = options.stream().collect(Collectors.joining(" "));
    return ofUser == null ? own : own + " " + ofUser;
  }

  /** A word between single quotes, where the shell would make something else of it. */
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
