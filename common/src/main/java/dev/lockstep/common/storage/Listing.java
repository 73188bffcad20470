package dev.lockstep.common.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Finds the files that a path stands for.
 *
 * <p>A path that exists is taken as it is, whatever characters its name has; any other is a glob.
 */
record Listing(FileSystem fileSystem) {

  /** Files in the order of their paths; those of folders are the visible ones directly in them. */
  List<FileInfo> of(Path pathOrGlob) throws IOException {
    List<FileStatus> files = new ArrayList<>();
    if (fileSystem.exists(pathOrGlob)) {
      addFiles(fileSystem.getFileStatus(pathOrGlob), files);
    } else {
      for (FileStatus match : matches(pathOrGlob)) {
        addFiles(match, files);
      }
    }
    return files.stream()
        .sorted(Comparator.comparing(status -> status.getPath().toString()))
        .map(s -> new FileInfo(s.getPath().toString(), s.getLen(), s.getModificationTime()))
        .toList();
  }

  private List<FileStatus> matches(Path glob) throws IOException {
    FileStatus[] found = fileSystem.globStatus(glob);
    return found == null ? List.of() : visible(found);
  }

  private void addFiles(FileStatus fileOrFolder, List<FileStatus> files) throws IOException {
    if (fileOrFolder.isFile()) {
      files.add(fileOrFolder);
      return;
    }
    visible(fileSystem.listStatus(fileOrFolder.getPath())).stream()
        .filter(FileStatus::isFile)
        .forEach(files::add);
  }

  private static List<FileStatus> visible(FileStatus[] found) {
    return List.of(found).stream()
        .filter(status -> !status.getPath().getName().matches("[._].*"))
        .toList();
  }
}
