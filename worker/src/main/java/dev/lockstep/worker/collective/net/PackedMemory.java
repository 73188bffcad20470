package dev.lockstep.worker.collective.net;

/**
 * What a thread needs to exchange packed floats, kept from operation to operation.
 *
 * @param part for the part that is being sent
 * @param result for the finished piece that is being sent to all
 * @param incoming for what has come and is not unpacked yet
 */
record PackedMemory(Payloads payloads, Staging part, Staging result, Staging incoming) {
  PackedMemory() {
    this(new Payloads(), new Staging(), new Staging(), new Staging());
  }
}
