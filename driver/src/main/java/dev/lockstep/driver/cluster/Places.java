package dev.lockstep.driver.cluster;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Storage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The paths of a command that the hosts of a cluster read or write, by what a person calls them.
 */
public final class Places {
  private final Storage storage;
  private final Map<String, String> paths = new LinkedHashMap<>();

  public Places(Storage storage) {
    this.storage = storage;
  }

  /** Adds the paths of a job's data. */
  public Places add(DataConfig data) {
    add("data.train", data.train());
    addHoldout("data.test", data.test());
    addHoldout("data.validation", data.validation());
    data.idx().trainLabels().ifPresent(path -> add("data.idx.train-labels", path));
    data.idx().testLabels().ifPresent(path -> add("data.idx.test-labels", path));
    data.idx().validationLabels().ifPresent(path -> add("data.idx.validation-labels", path));
    data.prepared().ifPresent(path -> add("data.prepared", path));
    return this;
  }

  public Places add(String name, String path) {
    paths.put(name, path);
    return this;
  }

  /**
   * Refuses what is written into the job and a driver on another host would look for in a folder of
   * its own.
   *
   * @throws LockstepException of kind CONFIG
   */
  public void refuseRelative() {
    paths.forEach(
        (name, path) -> {
          if (!name.startsWith("--")
              && isLocal(path)
              && !path.startsWith("/")
              && !path.startsWith("file:")) {
            throw new LockstepException(
                FailureKind.CONFIG,
                ("'%s' is \"%s\", a path relative to a folder of this host, but the driver runs on"
                        + " the cluster (say where it lies for all hosts: --set %s=%s)")
                    .formatted(name, path, name, storage.qualify(path)));
          }
        });
  }

  /** What to know about local files; empty where there are none. */
  public Optional<String> warning() {
    String local =
        paths.entrySet().stream()
            .filter(place -> isLocal(place.getValue()))
            .map(place -> "%s (%s)".formatted(place.getKey(), place.getValue()))
            .collect(Collectors.joining(", "));
    return local.isEmpty()
        ? Optional.empty()
        : Optional.of("Every host of the cluster has to see the same local files: " + local);
  }

  private boolean isLocal(String path) {
    return storage.qualify(path).startsWith("file:");
  }

  private void addHoldout(String name, Holdout holdout) {
    if (holdout instanceof Holdout.Path path) {
      add(name, path.path());
    }
  }
}
