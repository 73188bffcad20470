package dev.lockstep.driver.cli;

import dev.lockstep.common.data.DatasetManifest;
import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.driver.prepare.PreparedDataset;

/**
 * A prepared dataset in figures: the result of {@code prepare}.
 *
 * @param digest SHA-256 of its manifest; equal digests mean equal samples in equal order
 * @param train samples to train on
 * @param features elements of one sample
 */
record PreparedSummary(
    String directory,
    String digest,
    long train,
    long validation,
    long test,
    int features,
    LabelSchema label) {
  static PreparedSummary of(PreparedDataset dataset) {
    DatasetManifest manifest = dataset.manifest();
    return new PreparedSummary(
        dataset.directory(),
        dataset.digest(),
        manifest.train().samples(),
        manifest.validation().samples(),
        manifest.test().samples(),
        manifest.schema().input().size(),
        manifest.schema().label());
  }

  String text() {
    return """
        Prepared    %s
        Samples     %,d to train, %,d to validate, %,d to test
        Features    %,d
        Label       %s
        Digest      %s"""
        .formatted(directory, train, validation, test, features, labelText(), digest);
  }

  private String labelText() {
    return label instanceof LabelSchema.Classes classes
        ? "%s: one of %s".formatted(classes.column(), String.join(", ", classes.names()))
        : "%s: a value".formatted(((LabelSchema.Value) label).column());
  }
}
