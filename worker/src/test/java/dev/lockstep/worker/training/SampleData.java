package dev.lockstep.worker.training;

import dev.lockstep.common.data.InputShape;
import dev.lockstep.common.data.LaneCursor;
import dev.lockstep.worker.testing.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Vectors of 12 elements and images of 8 by 8 pixels, of three classes. */
record SampleData(Dataset vectors, Dataset images) {
  static final long SEED = 42;

  private static final int BLOCK = 20;

  static SampleData write(Path directory) throws IOException {
    Path vectors = Files.createDirectory(directory.resolve("vectors"));
    Path images = Files.createDirectory(directory.resolve("images"));
    return new SampleData(
        Dataset.write(vectors, new InputShape.Vector(12), 205, BLOCK, SEED),
        Dataset.write(images, new InputShape.Image(1, 8, 8), 100, BLOCK, SEED));
  }

  /** The number of the sample that a lane is at. */
  static int sample(LaneCursor cursor) {
    return cursor.block() * BLOCK + cursor.row();
  }
}
