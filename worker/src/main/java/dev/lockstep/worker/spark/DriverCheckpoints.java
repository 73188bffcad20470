package dev.lockstep.worker.spark;

import dev.lockstep.common.checkpoint.CheckpointState;
import dev.lockstep.common.checkpoint.CheckpointWriter;
import dev.lockstep.common.checkpoint.Staged;
import dev.lockstep.common.checkpoint.StagingArea;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.EpochReport;
import dev.lockstep.common.run.Metrics;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Patience;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.training.CheckpointSink;
import dev.lockstep.worker.training.StateCopy;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of rank 0: writes each into a folder of its own and asks the driver to commit it,
 * since only the driver knows whether the attempt is still the living one.
 */
final class DriverCheckpoints implements CheckpointSink {
  private static final Logger LOG = LoggerFactory.getLogger(DriverCheckpoints.class);

  private final AttemptSpec spec;
  private final Storage storage;
  private final Patience patience;
  private final DriverLink driver;
  private final LongSupplier nanoTime;
  private final List<String> kernels;
  private final StagingArea area;
  private volatile boolean givenUp;

  /**
   * The checkpoints of an attempt.
   *
   * @param kernels digests of all that have a part in the checkpoints
   */
  DriverCheckpoints(
      AttemptSpec spec,
      Storage storage,
      Patience patience,
      DriverLink driver,
      LongSupplier nanoTime,
      List<String> kernels) {
    this.spec = spec;
    this.storage = storage;
    this.patience = patience;
    this.driver = driver;
    this.nanoTime = nanoTime;
    this.kernels = kernels;
    this.area = new StagingArea(new RunDirectory(spec.runRoot()), spec.driverEpoch());
  }

  @Override
  public void store(StateCopy copy) {
    CheckpointVerdict verdict = verdict(copy);
    if (verdict.end().isPresent()) {
      throw new LockstepException(verdict.end().get(), verdict.message());
    }
  }

  @Override
  public void giveUp() {
    givenUp = true;
  }

  private CheckpointVerdict verdict(StateCopy copy) {
    StagingTries tries = new StagingTries(patience, nanoTime);
    Staged staged;
    try {
      staged = tries.call(() -> stage(copy));
    } catch (LockstepException e) {
      if (e.kind() != FailureKind.STORAGE) {
        throw e;
      }
      if (givenUp) {
        throw new LockstepException(
            FailureKind.INTERRUPTED, "Interrupted while a checkpoint was stored", e);
      }
      LOG.warn("{}", e.getMessage(), e);
      return driver.checkpointFailed(copy.state().position(), e.getMessage());
    }
    return driver.checkpointStaged(
        new CheckpointNews(
            staged,
            validationLoss(copy.state()),
            copy.state().samplesInEpoch(),
            copy.exposedSeconds(),
            tries.time().toNanos() / 1e9,
            tries.trouble(copy.state().position())));
  }

  /** Each try has a folder of its own; what a failed one leaves is deleted if that can be done. */
  private Staged stage(StateCopy copy) {
    String folder = area.folder(storage, copy.state().position());
    try (CheckpointWriter writer = new CheckpointWriter(storage, folder)) {
      copy.vectors().forEach(writer::vector);
      return writer.finish(
          spec.digests().config(),
          spec.digests().data(),
          kernels,
          copy.configuration(),
          copy.state());
    } catch (LockstepException e) {
      discard(folder, e);
      throw e;
    }
  }

  private void discard(String folder, LockstepException failure) {
    try {
      storage.delete(folder);
    } catch (LockstepException e) {
      failure.addSuppressed(e);
    }
  }

  private static Optional<Double> validationLoss(CheckpointState state) {
    List<EpochReport> epochs = state.epochs();
    return state.position().step() > 0 || epochs.isEmpty()
        ? Optional.empty()
        : epochs.get(epochs.size() - 1).validation().map(Metrics::loss);
  }
}
