package dev.lockstep.common.checkpoint;

import java.util.List;

/**
 * What a checkpoint consists of: its {@code MANIFEST.json}, the last of its files to be written.
 *
 * @param name of the checkpoint's folder
 * @param configDigest of the job whose state this is
 * @param dataDigest of the dataset that the job is trained on
 */
public record CheckpointManifest(
    int formatVersion,
    String name,
    String configDigest,
    String dataDigest,
    Position position,
    List<FileEntry> files) {
  public static final int FORMAT_VERSION = 1;

  public CheckpointManifest {
    files = List.copyOf(files);
  }
}
