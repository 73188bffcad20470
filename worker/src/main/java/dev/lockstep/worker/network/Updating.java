package dev.lockstep.worker.network;

/** By what a gradient is applied. */
public enum Updating {
  /** The operations of ND4J, one after another. */
  DL4J,
  /** One sweep for each of the updaters that it knows, with the bits of ND4J's own. */
  SWEPT
}
