package dev.lockstep.driver.bench.exchange;

import dev.lockstep.worker.collective.FloatVector;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Process 0 sends a vector to process 1, which confirms its arrival; all others stand by. */
final class OneWay implements Exercise {
  private final SocketMesh mesh;
  private final ByteBuffer confirmation = ByteBuffer.allocateDirect(1);

  OneWay(SocketMesh mesh) {
    this.mesh = mesh;
  }

  @Override
  public void perform(FloatVector vector) throws IOException {
    if (mesh.rank() == 0) {
      mesh.send(1, vector.bytes().duplicate());
      mesh.receive(1, confirmation.clear());
    } else if (mesh.rank() == 1) {
      mesh.receive(0, vector.bytes().duplicate());
      mesh.send(0, confirmation.clear());
    }
  }
}
