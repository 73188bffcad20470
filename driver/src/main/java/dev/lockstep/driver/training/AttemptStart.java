package dev.lockstep.driver.training;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.spark.RankKernels;
import dev.lockstep.worker.spark.StartVerdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the ranks of an attempt begin, once nothing speaks against that and it is written down, on a
 * thread of its own named {@code lockstep-starter}: a storage that is away is waited for.
 */
final class AttemptStart implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptStart.class);
  private static final Duration LEAVING = Duration.ofSeconds(5);

  private final Function<List<RankKernels>, List<String>> rule;
  private final Runnable writeDown;
  private final Runnable refusal;
  private final OwnThread starter = new OwnThread("lockstep-starter");

  /**
   * @param rule as {@link KernelRule#admit}
   * @param writeDown as {@link GoingOn#begin}
   * @param refusal runs where the rule refuses
   */
  AttemptStart(
      Function<List<RankKernels>, List<String>> rule, Runnable writeDown, Runnable refusal) {
    this.rule = rule;
    this.writeDown = writeDown;
    this.refusal = refusal;
  }

  /**
   * All ranks are ready; the answer comes on another thread.
   *
   * @param obstacle what else speaks against a beginning, asked at the last moment
   */
  void ready(
      List<RankKernels> kernels,
      Supplier<Optional<LockstepException>> obstacle,
      Consumer<StartVerdict> answer) {
    try {
      starter.later(() -> answer.accept(verdict(kernels, obstacle)));
    } catch (RejectedExecutionException e) {
      LockstepException over = over();
      answer.accept(StartVerdict.end(over.kind(), over.getMessage()));
    }
  }

  /** What speaks against a beginning once the attempt has ended. */
  static LockstepException over() {
    return new LockstepException(FailureKind.CLUSTER, "Cannot begin: the attempt is over");
  }

  /** Gives up what is under way. */
  @Override
  public void close() {
    if (!starter.endsWithin(LEAVING)) {
      LOG.warn("That the run goes on is still being written while the attempt ends");
    }
  }

  private StartVerdict verdict(
      List<RankKernels> ranks, Supplier<Optional<LockstepException>> obstacle) {
    try {
      List<String> kernels = admitted(ranks);
      obstacle
          .get()
          .ifPresent(
              failure -> {
                throw failure;
              });
      writeDown.run();
      return StartVerdict.begin(kernels);
    } catch (RuntimeException | Error e) {
      LOG.info("the ranks do not begin", e);
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
