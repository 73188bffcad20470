package dev.lockstep.driver.bench.exchange;

/** What the processes of a measurement can be asked to perform. */
enum Contender {
  /** All-reduce by Lockstep's process group: checked, authenticated, in canonical order. */
  LOCKSTEP("lockstep"),
  /** The same over sockets alone, as if each process were on a host of its own. */
  SOCKETS("lockstep, sockets"),
  /** The first with every sum rounded to bfloat16, which takes half of the bytes. */
  BFLOAT16("lockstep, bfloat16"),
  /** All-reduce by {@link PlainAllReduce}. */
  PLAIN("raw NIO"),
  /** Process 0 sends the vector to process 1, by {@link OneWay}: what the way itself can carry. */
  ONE_WAY("one way");

  private final String label;

  Contender(String label) {
    this.label = label;
  }

  /** The name in tables. */
  String label() {
    return label;
  }
}
