package dev.lockstep.driver.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A command whose work is given by the test. */
@Command(name = "fake", description = "Does what the test says.")
final class FakeCommand implements Callable<Integer> {
  private final Work work;

  @Option(names = "--input", required = true)
  private String input = "";

  @Option(names = "--set")
  private List<String> overrides = List.of();

  FakeCommand(Work work) {
    this.work = work;
  }

  @Override
  public Integer call() throws Exception {
    return work.run(input, overrides);
  }

  /** The work of a command. */
  interface Work {
    int run(String input, List<String> overrides) throws Exception;
  }
}
