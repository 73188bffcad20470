package dev.lockstep.driver.bench.process;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.failure.Waiting;
import dev.lockstep.common.storage.Json;
import dev.lockstep.driver.bench.process.JvmProcess.Event;
import dev.lockstep.driver.resources.StopSignal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JVMs of one measurement. They are asked all at once, and one that fails or dies fails the
 * question. A stop kills them, closing kills them, and each ends by itself when its standard input
 * does, so that none outlives this JVM whatever happens to it.
 */
public final class JvmProcesses implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JvmProcesses.class);

  private final JvmLaunch launch;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final List<JvmProcess> processes = Collections.synchronizedList(new ArrayList<>());

  private JvmProcesses(JvmLaunch launch) {
    this.launch = launch;
  }

  /** Starts some JVMs. */
  public static JvmProcesses start(JvmLaunch launch, int count, StopSignal stop) {
    return start(launch, Collections.nCopies(count, List.of()), stop);
  }

  /**
   * Starts as many JVMs as there are wrappers.
   *
   * @param wrappers for each JVM the words before its command, such as those that enter a network
   *     namespace
   */
  public static JvmProcesses start(JvmLaunch launch, List<List<String>> wrappers, StopSignal stop) {
    JvmProcesses started = new JvmProcesses(launch);
    stop.onRequest(started::kill);
    try {
      for (int index = 0; index < wrappers.size(); index++) {
        started.processes.add(
            JvmProcess.start(launch, index, wrappers.get(index), started.events::add));
      }
      return started;
    } catch (RuntimeException e) {
      started.close();
      throw e;
    }
  }

  public int count() {
    return processes.size();
  }

  /**
   * Sends every JVM the same message and waits until each has answered.
   *
   * @return the answers, in the order of the JVMs
   * @throws LockstepException with the failure of the JVM that failed first, or of kind {@link
   *     FailureKind#CLUSTER} where one is lost or the deadline passes
   */
  public <T> List<T> askAll(Object message, Class<T> answer) {
    return ask(Collections.nCopies(count(), message), answer);
  }

  /** As {@link #askAll}, with a message of its own for each JVM. */
  public <T> List<T> ask(List<?> messages, Class<T> answer) {
    for (int index = 0; index < messages.size(); index++) {
      processes.get(index).tell(Lines.of(messages.get(index)));
    }
    SortedMap<Integer, T> answers = new TreeMap<>();
    long end = System.nanoTime() + launch.deadline().toNanos();
    while (answers.size() < messages.size()) {
      Event event = next(end - System.nanoTime());
      if (event == null) {
        throw late(answers);
      }
      accept(event, answer, answers);
    }
    return List.copyOf(answers.values());
  }

  /** Kills what still runs and waits for its end. */
  @Override
  public void close() {
    kill();
    List.copyOf(processes).forEach(JvmProcess::awaitGone);
  }

  private void kill() {
    List.copyOf(processes).forEach(JvmProcess::kill);
  }

  private <T> void accept(Event event, Class<T> answer, SortedMap<Integer, T> answers) {
    String name = "benchmark process " + event.index();
    String line = event.line().orElseThrow(() -> lost(event.index(), name));
    if (line.startsWith(Lines.ANSWER)) {
      String text = line.substring(Lines.ANSWER.length());
      answers.put(event.index(), Json.read(text, answer, "the answer of " + name));
    } else if (line.startsWith(Lines.FAILURE)) {
      String text = line.substring(Lines.FAILURE.length());
      throw failed(name, Json.read(text, ChildFailure.class, "the failure of " + name));
    } else {
      LOG.info("{}: {}", name, line);
    }
  }

  private LockstepException lost(int index, String name) {
    return new LockstepException(
        FailureKind.CLUSTER, "Lost %s: %s".formatted(name, processes.get(index).end()));
  }

  private static LockstepException failed(String name, ChildFailure failure) {
    LOG.error("{} failed: {}", name, failure.trace());
    return new LockstepException(
        failure.kind(), "Failed in %s: %s".formatted(name, failure.message()));
  }

  private LockstepException late(SortedMap<Integer, ?> answers) {
    var missing = new TreeSet<>(IntStream.range(0, count()).boxed().toList());
    missing.removeAll(answers.keySet());
    return new LockstepException(
        FailureKind.CLUSTER,
        "Failed to hear from benchmark process %s within %s"
            .formatted(missing, Waiting.text(launch.deadline())));
  }

  private Event next(long nanos) {
    try {
      return events.poll(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(FailureKind.INTERRUPTED, "Interrupted while measuring", e);
    }
  }
}
