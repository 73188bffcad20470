package dev.lockstep.driver.training;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.common.config.ConfigDigest;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDescription;
import dev.lockstep.common.run.RunDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** What keeps a job from going on with the run of another one. */
final class RunDifferences {
  /** More are of no use to a reader. */
  private static final int SHOWN = 5;

  private RunDifferences() {}

  /**
   * Refuses a job that would train other weights than the run; more epochs it may have.
   *
   * @throws LockstepException of kind CONFIG that tells the keys and both values
   */
  static void refuse(RunDirectory run, RunDescription found, RunDescription wanted) {
    List<String> differences = new ArrayList<>();
    collect("", ConfigDigest.tree(found.config()), ConfigDigest.tree(wanted.config()), differences);
    int had = found.config().training().epochs();
    if (wanted.config().training().epochs() < had) {
      differences.add(
          "'training.epochs' is %d but was %d".formatted(wanted.config().training().epochs(), had));
    }
    if (!differences.isEmpty()) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot go on with the run in %s: %s (name another --run, or set that one aside with --new-run)"
              .formatted(run.root(), shown(differences)));
    }
  }

  private static String shown(List<String> differences) {
    String first = String.join(", ", differences.subList(0, Math.min(SHOWN, differences.size())));
    int more = differences.size() - SHOWN;
    return more > 0 ? first + " and %d more differences".formatted(more) : first;
  }

  /** Compares objects key by key, all else as a whole. */
  private static void collect(String path, JsonNode was, JsonNode is, List<String> differences) {
    if (was.isObject() && is.isObject()) {
      TreeSet<String> names = new TreeSet<>();
      was.fieldNames().forEachRemaining(names::add);
      is.fieldNames().forEachRemaining(names::add);
      for (String name : names) {
        String key = (path.isEmpty() ? "" : path + ".") + kebab(name);
        collect(key, was.path(name), is.path(name), differences);
      }
    } else if (!was.equals(is)) {
      differences.add("'%s' is %s but was %s".formatted(path, shown(is), shown(was)));
    }
  }

  private static String shown(JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return "left out";
    }
    String text = value.isTextual() ? value.textValue() : value.toString();
    return text.length() > 60 ? text.substring(0, 57) + "..." : text;
  }

  private static String kebab(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
