package dev.lockstep.driver.bench.process;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How the JVMs of a measurement are started: on the Java of this one.
 *
 * @param main name of a class whose {@code main} calls {@link ParentLink#serve}, or speaks as it
 *     does
 * @param arguments of that {@code main}
 * @param options of the JVM, such as {@code -Xmx512m}
 * @param folder for what the JVMs log
 * @param deadline for each of their answers
 */
public record JvmLaunch(
    String classPath,
    String main,
    List<String> arguments,
    List<String> options,
    Path folder,
    Duration deadline) {
  public JvmLaunch {
    arguments = List.copyOf(arguments);
    options = List.copyOf(options);
  }

  /** JVMs on the class path of this one. */
  public JvmLaunch(Class<?> main, List<String> options, Path folder, Duration deadline) {
    this(
        System.getProperty("java.class.path"),
        main.getName(),
        List.of(),
        options,
        folder,
        deadline);
  }

  /**
   * The process of one JVM, not yet started.
   *
   * @param wrapper words before the command, such as those that enter a network namespace
   */
  ProcessBuilder builder(int index, List<String> wrapper) {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(inherited());
    command.add("-Dlog4j2.configurationFile=lockstep-log4j2.xml");
    command.add("-Dlockstep.log.file=" + folder.resolve("process-" + index + ".log"));
    command.addAll(options);
    command.add(main);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors(index));
    builder.environment().put("CLASSPATH", classPath);
    return builder;
  }

  /** The file that takes the standard error of a JVM. */
  File errors(int index) {
    return folder.resolve("process-" + index + ".err").toFile();
  }

  private static List<String> inherited() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens="))
        .toList();
  }
}
