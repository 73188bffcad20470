package dev.lockstep.driver.prepare;

import dev.lockstep.common.config.DataConfig;
import dev.lockstep.common.config.Holdout;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.FileInfo;
import dev.lockstep.common.storage.Storage;
import java.util.List;
import java.util.Optional;

/** Finds the files of labels that belong to files of images. */
record IdxLabels(Storage storage) {
  static final String HINT =
      "no file of that name with 'labels-idx1' for 'images-idx3' beside it;"
          + " name it in 'data.idx'";

  private static final String IMAGES = "images-idx3";
  private static final String LABELS = "labels-idx1";

  /** One path for each file of images, in their order; empty where the images have no labels. */
  List<String> of(DataConfig data, String path, List<FileInfo> images) {
    Optional<String> named = named(data, path);
    List<String> labels =
        named.isPresent()
            ? storage.list(named.get()).stream().map(FileInfo::path).toList()
            : derived(images);
    if (named.isPresent() && labels.size() != images.size()) {
      throw new LockstepException(
          FailureKind.DATA,
          "Cannot read the labels %s: found %d files for %d files of images"
              .formatted(named.get(), labels.size(), images.size()));
    }
    return labels;
  }

  private static Optional<String> named(DataConfig data, String path) {
    if (path.equals(data.train())) {
      return data.idx().trainLabels();
    }
    if (data.test().equals(new Holdout.Path(path))) {
      return data.idx().testLabels();
    }
    return data.validation().equals(new Holdout.Path(path))
        ? data.idx().validationLabels()
        : Optional.empty();
  }

  private List<String> derived(List<FileInfo> images) {
    List<String> labels = images.stream().map(FileInfo::path).map(IdxLabels::beside).toList();
    boolean found =
        images.stream().allMatch(file -> beside(file.path()).contains(LABELS))
            && labels.stream().allMatch(storage::exists);
    return found ? labels : List.of();
  }

  private static String beside(String images) {
    int name = images.lastIndexOf('/') + 1;
    return images.substring(0, name) + images.substring(name).replace(IMAGES, LABELS);
  }
}
