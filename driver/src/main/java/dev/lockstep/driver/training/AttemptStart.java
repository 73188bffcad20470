package dev.lockstep.driver.training;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.spark.RankKernels;
import dev.lockstep.worker.spark.StartVerdict;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lets the ranks of an attempt begin, once nothing speaks against that and it is written down, on a
 * thread of its own named {@code lockstep-starter}: a storage that is away is waited for.
 */
final class AttemptStart implements AutoCloseable {
  private static final Duration LEAVING = Duration.ofSeconds(5);

  private final Function<List<RankKernels>, List<String>> rule;
  private final Runnable writeDown;
  private final Runnable refusal;
  private final OwnThread starter = new OwnThread("lockstep-starter");

  /**
   * @param rule as {@link KernelRule#admit}
   * @param writeDown as {@link GoingOn#begin}
   * @param refusal runs where the rule refuses: it would in another attempt as well
   */
  AttemptStart(
      Function<List<RankKernels>, List<String>> rule, Runnable writeDown, Runnable refusal) {
    this.rule = rule;
    this.writeDown = writeDown;
    this.refusal = refusal;
  }

  /** All ranks are ready; the answer comes on another thread. */
  void ready(List<RankKernels> kernels, Consumer<StartVerdict> answer) {
    starter.later(() -> answer.accept(verdict(kernels)));
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    var unused = starter.endsWithin(LEAVING);
  }

  private StartVerdict verdict(List<RankKernels> ranks) {
    try {
      List<String> kernels = admitted(ranks);
      writeDown.run();
      return StartVerdict.begin(kernels);
    } catch (RuntimeException | Error e) {
      LockstepException failure = LockstepException.in(e);
      return StartVerdict.end(failure.kind(), failure.getMessage());
    }
  }

  private List<String> admitted(List<RankKernels> ranks) {
    try {
      return rule.apply(ranks);
    } catch (LockstepException e) {
      refusal.run();
      throw e;
    }
  }
}
