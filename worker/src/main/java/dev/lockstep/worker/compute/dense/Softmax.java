package dev.lockstep.worker.compute.dense;

import java.lang.ref.Reference;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.impl.transforms.custom.SoftMax;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.nd4j.nativeblas.OpaqueContext;

/**
 * ND4J's softmax over the rows of one matrix in place, made ready once: an operation of ND4J leaves
 * garbage behind each time, mostly in getting ready.
 */
final class Softmax {
  private final NativeOps nativeOps = NativeOpsHolder.getInstance().getDeviceNativeOps();
  private final Rows rows;
  private final OpContext context;
  private final OpaqueContext opaque;
  private final long operation;

  Softmax(Rows rows) {
    CustomOp softmax = new SoftMax(rows.array(), rows.array());
    this.rows = rows;
    this.context = Nd4j.getExecutioner().buildContext();
    context.setInputArrays(rows.array());
    context.setOutputArrays(rows.array());
    context.setIArguments(softmax.iArgs());
    context.setBArguments(softmax.bArgs());
    context.setTArguments(softmax.tArgs());
    this.opaque = (OpaqueContext) context.contextPointer();
    this.operation = softmax.opHash();
  }

  Rows rows() {
    return rows;
  }

  void run() {
    try {
      int status = nativeOps.execCustomOp2(null, operation, opaque);
      if (status != 0) {
        throw new IllegalStateException(
            "Cannot run softmax: %s (status %d)".formatted(nativeOps.lastErrorMessage(), status));
      }
    } finally {
      Reference.reachabilityFence(this);
    }
  }
}
