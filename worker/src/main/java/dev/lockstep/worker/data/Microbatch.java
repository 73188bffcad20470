package dev.lockstep.worker.data;

import java.nio.FloatBuffer;

/**
 * A place that a reader fills with the samples of one microbatch, and that is filled again later.
 */
public interface Microbatch {
  /** Features, row by row; room for as many samples as a microbatch has at most. */
  FloatBuffer features();

  /** Labels as shards hold them: a class index or a scaled value for each sample. */
  float[] labels();

  /** Called when features and labels of the first {@code samples} rows are in place. */
  void filled(int samples);
}
