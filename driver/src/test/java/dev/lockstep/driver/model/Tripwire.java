package dev.lockstep.driver.model;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicInteger;

/** A serialised object that counts how often it was read: the payload of a hostile model file. */
final class Tripwire implements Serializable {
  static final AtomicInteger READS = new AtomicInteger();

  private static final long serialVersionUID = 1L;

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    in.defaultReadObject();
    READS.incrementAndGet();
  }
}
