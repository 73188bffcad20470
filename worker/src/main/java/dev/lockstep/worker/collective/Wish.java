package dev.lockstep.worker.collective;

/** What rank 0 wants of all ranks, the weakest first; it travels with an all-reduce. */
public enum Wish {
  GO_ON(0),
  /** A checkpoint of the state after this operation. */
  CHECKPOINT(1),
  /** The end of the training after this operation. */
  STOP(2);

  private final int number;

  Wish(int number) {
    this.number = number;
  }

  /** What stands for the wish in a frame. */
  public byte number() {
    return (byte) number;
  }

  Wish orStronger(Wish other) {
    return compareTo(other) < 0 ? other : this;
  }
}
