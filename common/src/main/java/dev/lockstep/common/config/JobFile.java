package dev.lockstep.common.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.common.config.binding.Problems;
import dev.lockstep.common.config.binding.YamlTree;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Optional;

/** Reads job files: every problem in one exception, or a job that is complete and checked. */
public final class JobFile {
  private JobFile() {}

  /**
   * The job that a file describes.
   *
   * @param path any Hadoop path; what the file itself names is relative to the working directory
   * @param overrides values of the option {@code --set}, each {@code KEY=VALUE} with a YAML value
   * @throws LockstepException of kind {@link FailureKind#CONFIG}, with all that is wrong
   */
  public static JobConfig read(Storage storage, String path, List<String> overrides) {
    if (!storage.exists(path)) {
      throw refused("Cannot read job file %s: no such file".formatted(path));
    }
    if (storage.isDirectory(path)) {
      throw refused("Cannot read job file %s: it is a folder".formatted(path));
    }
    return parse(storage.readText(path), path, storage, overrides);
  }

  /**
   * The job that a text describes.
   *
   * @param origin what the text was read from, for messages
   * @param storage where a DL4J document is read from, if the job names one
   */
  public static JobConfig parse(
      String text, String origin, Storage storage, List<String> overrides) {
    JsonNode tree = YamlTree.parse(text, "job file " + origin);
    if (!tree.isObject()) {
      throw refused(
          "Cannot read job file %s: it %s"
              .formatted(origin, tree.isMissingNode() ? "is empty" : "is not a map of keys"));
    }
    Problems problems = new Problems();
    overrides.forEach(option -> JobOverride.apply(option, (ObjectNode) tree, problems));
    Optional<JobConfig> job = new JobSection(storage).read(tree, "", problems);
    return job.filter(complete -> problems.count() == 0)
        .orElseThrow(() -> refused(report(origin, problems)));
  }

  /** One problem makes a sentence, unless it is one; of several there is a list. */
  private static String report(String origin, Problems problems) {
    String all = String.join("\n", problems.messages());
    if (problems.count() > 1) {
      return "Cannot use job file %s: %d problems\n%s".formatted(origin, problems.count(), all);
    }
    return all.startsWith("Cannot ") ? all : "Cannot use job file %s: %s".formatted(origin, all);
  }

  private static LockstepException refused(String message) {
    return new LockstepException(FailureKind.CONFIG, message);
  }
}
