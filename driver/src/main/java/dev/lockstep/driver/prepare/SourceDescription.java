package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.config.JobConfig;
import dev.lockstep.common.config.TrainingConfig;
import dev.lockstep.common.storage.FileInfo;
import dev.lockstep.common.storage.Storage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that prepared data depends on: settings, seed, and the files of the input by path, length and
 * time of modification.
 */
record SourceDescription(
    DataConfig data, long seed, TrainingConfig.Order order, List<FileInfo> files) {
  SourceDescription {
    files = List.copyOf(files);
  }

  /** Settings that shape the samples; which files are read shows in the files themselves. */
  private static final Map<String, Function<SourceDescription, Object>> SETTINGS = settings();

  static SourceDescription of(JobConfig job, Storage storage) {
    DataConfig data = job.data();
    List<FileInfo> files =
        Stream.of(Stream.of(data.train()), path(data.validation()), path(data.test()))
            .flatMap(Function.identity())
            .flatMap(path -> files(data, path, storage))
            .toList();
    return new SourceDescription(data, job.training().seed(), job.training().order(), files);
  }

  private static Stream<FileInfo> files(DataConfig data, String path, Storage storage) {
    List<FileInfo> files = storage.list(path);
    Stream<FileInfo> labels =
        switch (data.format()) {
          case CSV -> Stream.of();
          case IDX ->
              new IdxLabels(storage)
                  .of(data, path, files).stream().flatMap(file -> storage.list(file).stream());
        };
    return Stream.concat(files.stream(), labels);
  }

  long bytes() {
    return files.stream().mapToLong(FileInfo::bytes).sum();
  }

  /** What is different from an earlier description, in words; empty where nothing is. */
  List<String> changesSince(SourceDescription earlier) {
    List<String> changes = new ArrayList<>();
    SETTINGS.forEach(
        (key, setting) -> {
          if (!Objects.equals(setting.apply(this), setting.apply(earlier))) {
            changes.add("'" + key + "' has changed");
          }
        });
    changes.addAll(fileChanges(earlier));
    if (changes.isEmpty() && !files.equals(earlier.files)) {
      changes.add("the input's files serve another purpose");
    }
    return changes;
  }

  private List<String> fileChanges(SourceDescription earlier) {
    Map<String, FileInfo> before = byPath(earlier.files);
    Map<String, FileInfo> after = byPath(files);
    return Stream.concat(before.keySet().stream(), after.keySet().stream())
        .distinct()
        .filter(path -> !Objects.equals(before.get(path), after.get(path)))
        .map(path -> path + verb(before.get(path), after.get(path)))
        .toList();
  }

  private static String verb(FileInfo before, FileInfo after) {
    if (before == null) {
      return " is new";
    }
    return after == null ? " is gone" : " has changed";
  }

  private static Map<String, FileInfo> byPath(List<FileInfo> files) {
    return files.stream()
        .collect(Collectors.toMap(FileInfo::path, Function.identity(), (a, b) -> a, TreeMap::new));
  }

  private static Stream<String> path(Holdout holdout) {
    return holdout instanceof Holdout.Path path ? Stream.of(path.path()) : Stream.of();
  }

  private static Object kind(Holdout holdout) {
    return holdout instanceof Holdout.Path ? "path" : holdout;
  }

  private static Map<String, Function<SourceDescription, Object>> settings() {
    Map<String, Function<SourceDescription, Object>> settings = new LinkedHashMap<>();
    settings.put("data.format", source -> source.data.format());
    settings.put("data.test", source -> kind(source.data.test()));
    settings.put("data.validation", source -> kind(source.data.validation()));
    settings.put("data.csv", source -> source.data.csv());
    settings.put("data.label", source -> source.data.label());
    settings.put("data.numeric", source -> source.data.numeric());
    settings.put("data.categorical", source -> source.data.categorical());
    settings.put("training.seed", source -> source.seed);
    settings.put("training.shuffle", source -> source.order);
    return settings;
  }
}
