package dev.lockstep.worker.combine;

import java.util.function.LongSupplier;

/**
 * Where the time of an epoch's steps goes on one rank. Each call books the time since the last call
 * under the name of what went on until then.
 */
public final class StepClock {
  private final LongSupplier nanoTime;
  private long mark;
  private long compute;
  private long exchange;
  private long input;
  private long hidden;
  private long started;

  /**
   * @param nanoTime such as {@code System::nanoTime}
   */
  public StepClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Sets all to zero. */
  void start() {
    started = nanoTime.getAsLong();
    mark = started;
    compute = 0;
    exchange = 0;
    input = 0;
    hidden = 0;
  }

  /** Books the time since the last call under compute. */
  public void inCompute() {
    compute += lap();
  }

  /** Books the time since the last call under exchange. */
  void inExchange() {
    exchange += lap();
  }

  /**
   * Books the time since the last call under exchange, and beside it what has passed in the
   * exchange before, while the rank computed.
   *
   * @param hiddenNanos of time that is booked under something else
   */
  void inExchange(long hiddenNanos) {
    inExchange();
    hidden += hiddenNanos;
  }

  void inInput() {
    input += lap();
  }

  /**
   * The time since the last call belongs to none of the epoch's steps.
   *
   * @return that time in seconds
   */
  public double outside() {
    long lap = lap();
    started += lap;
    return lap / 1e9;
  }

  /**
   * Seconds of the epoch so far, and those in compute, exchange and input, which add up to it; last
   * those of the exchange that passed beside compute.
   */
  public double[] seconds() {
    return new double[] {
      (mark - started) / 1e9, compute / 1e9, exchange / 1e9, input / 1e9, hidden / 1e9
    };
  }

  private long lap() {
    long before = mark;
    mark = nanoTime.getAsLong();
    return mark - before;
  }
}
