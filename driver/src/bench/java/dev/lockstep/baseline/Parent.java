package dev.lockstep.baseline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The benchmark as this program sees it: each line on standard input asks for a training, each line
 * on standard output that begins with {@code answer} answers. The program halts as soon as its
 * standard input ends, in the middle of a training too: then the benchmark has closed it or is
 * gone.
 */
final class Parent {
  private final BlockingQueue<String> questions = new LinkedBlockingQueue<>();

  private Parent() {}

  static Parent listen() {
    Parent parent = new Parent();
    Thread reader = new Thread(parent::read, "parent-reader");
    reader.setDaemon(true);
    reader.start();
    return parent;
  }

  /** Waits for the next question; false where the wait is interrupted. */
  boolean asks() {
    try {
      questions.take();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void answer(double seconds) {
    System.out.println("answer {\"seconds\": " + seconds + "}");
  }

  private void read() {
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        questions.add(line);
      }
    } catch (IOException e) {
      System.err.println("Lost the benchmark: " + e);
    }
    Runtime.getRuntime().halt(0);
  }
}
