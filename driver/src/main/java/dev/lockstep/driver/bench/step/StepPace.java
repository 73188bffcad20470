package dev.lockstep.driver.bench.step;

import dev.lockstep.common.run.ComputePlan;
import dev.lockstep.worker.compute.ComputePaths;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkTrainer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The steps of one replica, timed. */
final class StepPace {
  static final int SAMPLES = 128;

  private final NetworkTrainer trainer;
  private final INDArray[] inputs;
  private final INDArray[] targets;
  private double milliseconds;
  private double updateMilliseconds;

  StepPace(Network network, ComputePlan plan, StepBatch batch) {
    this.trainer = ComputePaths.trainer(network, plan);
    this.inputs = batch.inputs();
    this.targets = batch.targets();
  }

  /** Milliseconds of a step, mean of all that fit into some seconds, at least three. */
  double milliseconds(double seconds) {
    long inUpdate = 0;
    long start = System.nanoTime();
    int steps = 0;
    while (steps < 3 || System.nanoTime() - start < seconds * 1e9) {
      trainer.computeGradient(inputs, targets);
      long before = System.nanoTime();
      trainer.applyUpdate(SAMPLES);
      inUpdate += System.nanoTime() - before;
      steps++;
    }
    milliseconds = (System.nanoTime() - start) / 1e6 / steps;
    updateMilliseconds = inUpdate / 1e6 / steps;
    return milliseconds;
  }

  /** What the last measurement said. */
  double lastMilliseconds() {
    return milliseconds;
  }

  /** The part of the last measurement that was in the update. */
  double updateMilliseconds() {
    return updateMilliseconds;
  }

  /** Milliseconds of some work, mean of all times that fit into some seconds. */
  static double milliseconds(double seconds, Runnable work) {
    long start = System.nanoTime();
    int times = 0;
    while (times < 3 || System.nanoTime() - start < seconds * 1e9) {
      work.run();
      times++;
    }
    return (System.nanoTime() - start) / 1e6 / times;
  }
}
