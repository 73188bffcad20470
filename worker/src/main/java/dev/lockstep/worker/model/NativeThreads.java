package dev.lockstep.worker.model;

import java.lang.reflect.Field;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Makes ND4J fit for ranks that are threads of one JVM. It is held to one thread an operation:
 * ranks are the unit of parallelism, and the bits of a sum must not depend on how many cores a
 * machine has. And its operations are held on to while they run.
 */
public final class NativeThreads {
  private NativeThreads() {}

  /** Takes effect for the whole JVM. */
  public static void useOnePerOperation() {
    Nd4j.factory().blas().setMaxThreads(1); // first, for it loads the backend
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    holdOperations();
  }

  /** ND4J takes its executioner from a property, but only before anybody has used it. */
  private static synchronized void holdOperations() {
    if (Nd4j.getExecutioner().getClass() != NativeOpExecutioner.class) {
      return;
    }
    try {
      Field executioner = Nd4j.class.getDeclaredField("OP_EXECUTIONER_INSTANCE");
      executioner.setAccessible(true);
      executioner.set(null, new HoldingExecutioner());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot replace the executioner of ND4J", e);
    }
  }
}
