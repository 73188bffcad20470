package dev.lockstep.worker.model;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.worker.network.Network;
import dev.lockstep.worker.network.NetworkConfiguration;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The state of a replica as files: its configuration with the counters of iterations and epochs,
 * its parameters and its updater state as little-endian float32.
 */
public final class TrainedState {
  private static final int CHUNK = 1 << 14;

  private TrainedState() {}

  /** Writes the state into a folder. */
  public static void write(Storage storage, String directory, Replica replica) {
    storage.writeAtomically(
        directory + "/configuration.json", replica.network().configuration().toJson());
    writeFloats(storage, directory + "/parameters.f32", replica.parameters().floats());
    writeFloats(storage, directory + "/updater.f32", replica.updaterState().floats());
  }

  /** The network that a folder holds the state of, in the form that plain DL4J opens. */
  public static Network read(Storage storage, String directory) {
    String json = storage.readText(directory + "/configuration.json");
    Network network =
        NetworkBuilder.portable(NetworkConfiguration.ofJson(json))
            .network(Nd4j.create(readFloats(storage, directory + "/parameters.f32")));
    float[] state = readFloats(storage, directory + "/updater.f32");
    if (state.length > 0) {
      network.setUpdaterState(Nd4j.create(state));
    }
    return network;
  }

  private static void writeFloats(Storage storage, String path, FloatBuffer floats) {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    try (OutputStream out = storage.create(path)) {
      for (int start = 0; start < floats.capacity(); start += CHUNK) {
        int size = Math.min(CHUNK, floats.capacity() - start);
        chunk.clear().asFloatBuffer().put(0, floats, start, size);
        out.write(chunk.array(), 0, size * Float.BYTES);
      }
    } catch (IOException e) {
      throw new LockstepException(
          FailureKind.STORAGE, "Cannot write %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static float[] readFloats(Storage storage, String path) {
    FloatBuffer floats =
        ByteBuffer.wrap(storage.read(path)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[floats.capacity()];
    floats.get(values);
    return values;
  }
}
