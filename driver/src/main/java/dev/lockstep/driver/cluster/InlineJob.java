package dev.lockstep.driver.cluster;

import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A whole job as one word of a command line: JSON, compressed, in letters that no shell and no
 * cluster manager changes. A driver on the cluster has it without sharing a disk with anybody.
 */
public final class InlineJob {
  /** Linux takes words of at most 128 KiB. */
  private static final int LONGEST = 120 * 1024;

  private InlineJob() {}

  /**
   * The word for a job.
   *
   * @throws LockstepException of kind CONFIG where the job is too large
   */
  public static String write(JobConfig job) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(Json.write(job).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("memory takes every byte", e);
    }
    String word = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    if (word.length() > LONGEST) {
      throw new LockstepException(
          FailureKind.CONFIG,
          ("Cannot submit job '%s' with --deploy-mode cluster: it takes %d bytes, at most %d fit"
                  + " (use --deploy-mode client)")
              .formatted(job.job(), word.length(), LONGEST));
    }
    return word;
  }

  /**
   * The job of a word.
   *
   * @throws LockstepException of kind CONFIG where the word was not written by {@link #write}
   */
  public static JobConfig read(String word) {
    try (GZIPInputStream zip =
        new GZIPInputStream(new ByteArrayInputStream(Base64.getUrlDecoder().decode(word)))) {
      String json = new String(zip.readAllBytes(), StandardCharsets.UTF_8);
      return Json.read(json, JobConfig.class, "the job of the command line");
    } catch (IOException | IllegalArgumentException e) {
      throw new LockstepException(
          FailureKind.CONFIG, "Cannot read the job of the command line: it is damaged", e);
    }
  }
}
