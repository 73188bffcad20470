package dev.lockstep.driver.bench.process;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parent as a JVM of a measurement sees it. Standard input and output are the pipes to it, so
 * nothing else may be printed there. The JVM halts as soon as its standard input ends: then the
 * parent has closed it, or is gone.
 */
public final class ParentLink {
  private static final Logger LOG = LoggerFactory.getLogger(ParentLink.class);

  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private ParentLink() {
    Thread reader = new Thread(this::read, "lockstep-bench-parent");
    reader.setDaemon(true);
    reader.start();
  }

  /** What the JVM does: takes messages and answers each, until it returns or its parent ends it. */
  @FunctionalInterface
  public interface Body {
    void run(ParentLink parent) throws Exception;
  }

  /** The whole of a {@code main}: runs the body, tells the parent of its failure, ends the JVM. */
  public static void serve(Body body) {
    ParentLink link = new ParentLink();
    try {
      body.run(link);
      System.exit(0);
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      ChildFailure failure = ChildFailure.of(e);
      link.output.println(Lines.FAILURE + Lines.of(failure));
      System.exit(failure.kind().exitCode());
    }
  }

  /** Waits for the next message. */
  public <T> T next(Class<T> type) {
    try {
      return Json.read(messages.take(), type, "a message of the benchmark");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LockstepException(FailureKind.INTERRUPTED, "Interrupted in a benchmark", e);
    }
  }

  public void answer(Object message) {
    output.println(Lines.ANSWER + Lines.of(message));
  }

  private void read() {
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        messages.add(line);
      }
    } catch (IOException e) {
      LOG.error("Lost the benchmark", e);
    }
    Runtime.getRuntime().halt(FailureKind.INTERRUPTED.exitCode());
  }
}
