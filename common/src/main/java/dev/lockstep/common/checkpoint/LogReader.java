package dev.lockstep.common.checkpoint;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.SealedJson;
import dev.lockstep.common.storage.Storage;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a run's commit log; the owner of the names of its files. */
record LogReader(Storage storage, RunDirectory run) {
  private static final Pattern NAME = Pattern.compile("(\\d{8})\\.json");

  /**
   * What was known and all that has been appended since. An entry that is damaged counts as taken.
   *
   * @param events told of each damaged entry
   * @throws LockstepException of kind STORAGE where an entry cannot be read for another reason
   */
  LogHistory read(LogHistory known, Consumer<String> events) {
    Map<Long, Optional<LogEntry>> later = new HashMap<>();
    for (String name : storage.names(run.log())) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches() && !known.knows(Long.parseLong(matcher.group(1)))) {
        long number = Long.parseLong(matcher.group(1));
        later.put(number, entry(number, events));
      }
    }
    return known.plus(later);
  }

  /** The entry of a number that is taken, unless it is damaged. */
  Optional<LogEntry> entry(long number, Consumer<String> events) {
    String path = path(number);
    String text = storage.readText(path);
    String content;
    try {
      content = SealedJson.open(text, path);
    } catch (LockstepException e) {
      events.accept("Skipped an entry of the commit log: " + e.getMessage());
      return Optional.empty();
    }
    Json.requireFormat(content, 1, LogEntry.FORMAT_VERSION, path);
    return Optional.of(Json.read(content, LogEntry.class, path));
  }

  String path(long number) {
    return "%s/%08d.json".formatted(run.log(), number);
  }
}
