package dev.lockstep.worker.collective;

/** What rank 0 wants of all ranks; it travels with an all-reduce. */
public enum Wish {
  GO_ON,
  STOP
}
