package dev.lockstep.driver.bench.exchange;

import dev.lockstep.driver.bench.process.PythonScript;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gloo's all-reduce, measured by a program of its own in Python.
 *
 * @param script takes the number of processes and of floats, prints a line a size
 */
record GlooScript(PythonScript script) {
  /** A line that the program prints. */
  private record Line(String peer, int processes, int floats, double ms, double busGBps) {}

  /** Why the program cannot run, if it cannot. */
  Optional<String> obstacle() {
    return script.obstacle("torch, numpy");
  }

  /** Seconds of one all-reduce by the number of floats. */
  Map<Integer, Double> seconds(int processes, List<Integer> sizes) {
    List<String> arguments = new ArrayList<>(List.of(processes + ""));
    sizes.forEach(size -> arguments.add(size + ""));
    Map<Integer, Double> seconds = new HashMap<>();
    for (Line line : script.lines(arguments, Line.class)) {
      seconds.put(line.floats(), line.ms() / 1e3);
    }
    return seconds;
  }
}
