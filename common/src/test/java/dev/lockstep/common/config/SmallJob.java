package dev.lockstep.common.config;

import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Map;

/** The smallest job file, and what becomes of it with more. */
final class SmallJob {
  static final String TEXT =
      """
      job: small
      data: {train: rows.csv, label: {column: y}}
      model: {layers: [output]}
      """;

  private SmallJob() {}

  /** The job with a section more. */
  static JobConfig with(String section) {
    return read(TEXT + section);
  }

  /** The job of a text, called {@code job.yaml} in messages. */
  static JobConfig read(String text) {
    return JobFile.parse(text, "job.yaml", new Storage(Map.of()), List.of());
  }
}
