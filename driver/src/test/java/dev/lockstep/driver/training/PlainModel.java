package dev.lockstep.driver.training;

import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Sha256;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;

/** The model of a run as plain DL4J opens it. */
record PlainModel(MultiLayerNetwork network) {
  static PlainModel open(RunDirectory run) throws IOException {
    return new PlainModel(
        ModelSerializer.restoreMultiLayerNetwork(new File(run.model(), "model.zip"), true));
  }

  /** The digest of its parameters, as a report has it. */
  String parametersSha256() {
    float[] values = network.params().toFloatVector();
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new Sha256().add(bytes).hex();
  }
}
