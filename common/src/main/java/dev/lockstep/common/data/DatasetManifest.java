package dev.lockstep.common.data;

/**
 * The table of contents of a prepared dataset, written last. It depends on the rows, the job file
 * and the seed alone, so equal manifests mean equal samples in equal order.
 *
 * <p>Shards are Arrow IPC files with two columns: {@code features}, a fixed-size list of uint8 or
 * float32, and {@code label}, an int32 (class index) or a float32 (scaled value).
 *
 * @param formatVersion {@link #FORMAT_VERSION} of the program that wrote it
 */
public record DatasetManifest(
    int formatVersion, DataSchema schema, Split train, Split validation, Split test) {
  public static final int FORMAT_VERSION = 1;
}
