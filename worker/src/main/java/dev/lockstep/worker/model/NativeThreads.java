package dev.lockstep.worker.model;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Holds ND4J to one thread an operation: ranks are the unit of parallelism, and the bits of a sum
 * must not depend on how many cores a machine has.
 */
public final class NativeThreads {
  private NativeThreads() {}

  /** Takes effect for the whole JVM. */
  public static void useOnePerOperation() {
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    Nd4j.factory().blas().setMaxThreads(1);
  }
}
