package dev.lockstep.common.config;

import java.util.Optional;

/**
 * Section {@code data}: where the samples come from and how they become feature vectors.
 *
 * @param train a Hadoop path: file, folder or glob
 * @param prepared folder of the prepared dataset, where it is not the run's own
 */
public record DataConfig(
    DataFormat format,
    String train,
    Holdout test,
    Holdout validation,
    CsvConfig csv,
    IdxConfig idx,
    LabelConfig label,
    NumericConfig numeric,
    CategoricalConfig categorical,
    Optional<String> prepared) {}
