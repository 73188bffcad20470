package dev.lockstep.common.checkpoint;

import java.util.List;
import java.util.Objects;

/**
 * What a checkpoint consists of: the end of its file, which is written after the vectors, of which
 * it has the places and digests.
 *
 * @param name of the checkpoint's folder
 * @param configDigest of the job whose state this is
 * @param dataDigest of the dataset that the job is trained on
 * @param kernels digests of what the kernels of ranks compute from the first microbatch of the
 *     data, one for each kind that has had a part in the state since the data last changed or a
 *     checkpoint of format 3 was gone on from, which knows none; none where nobody has computed
 * @param configuration of the network as JSON, as the worker reads it
 * @param vectors in the order in which they lie in the file, from its beginning and without gaps
 */
public record CheckpointManifest(
    int formatVersion,
    String name,
    String configDigest,
    String dataDigest,
    List<String> kernels,
    String configuration,
    CheckpointState state,
    List<VectorEntry> vectors) {
  public static final int FORMAT_VERSION = 4;

  /** The oldest format that can be read. */
  static final int OLDEST_FORMAT = 3;

  /** The raw little-endian floats of all vectors, then the {@link Footer}. */
  static final String FILE = "checkpoint.bin";

  /** Where checkpoints of the formats before 3 have their manifest. */
  static final String FORMER_FILE = "MANIFEST.json";

  public CheckpointManifest {
    kernels = List.copyOf(Objects.requireNonNullElse(kernels, List.of()));
    vectors = List.copyOf(vectors);
  }

  /** Bytes of all vectors. */
  long length() {
    return vectors.isEmpty() ? 0 : vectors.get(vectors.size() - 1).end();
  }
}
