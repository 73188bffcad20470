package dev.lockstep.common.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;

/**
 * Files of HDFS and its like, where a rename is one operation of the NameNode, with or without
 * overwrite as the caller says. {@code FileSystem.rename} would not do: it says false for failures
 * and moves a folder into another that has the name.
 */
record RenamingFiles(FileSystem fileSystem, FileContexts contexts) implements StorageKind {
  @Override
  public boolean createExclusively(Path path, byte[] content) throws IOException {
    Path target = fileSystem.makeQualified(path);
    Path temporary = TemporaryName.beside(target);
    try {
      writeDurably(temporary, content);
      rename(temporary, target, Rename.NONE);
      return true;
    } catch (FileAlreadyExistsException e) {
      discard(temporary, e);
      return false;
    } catch (IOException | RuntimeException e) {
      discard(temporary, e);
      if (isTaken(target, e)) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Whether the name is taken by whatever made the creation fail: by somebody who has cleared away
   * what was to be renamed, or by a rename of ours whose answer was lost.
   */
  private boolean isTaken(Path target, Exception failure) {
    try {
      return fileSystem.exists(target);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
      return false;
    }
  }

  @Override
  public void write(Path path, byte[] content) throws IOException {
    Path target = fileSystem.makeQualified(path);
    Path temporary = TemporaryName.beside(target);
    try {
      writeDurably(temporary, content);
      rename(temporary, target, Rename.OVERWRITE);
    } catch (IOException | RuntimeException e) {
      discard(temporary, e);
      throw e;
    }
  }

  @Override
  public void replace(Path from, Path to) throws IOException {
    rename(from, to, Rename.OVERWRITE);
  }

  /** Looks only where the rename fails: each look is a call of the NameNode. */
  @Override
  public void move(Path from, Path to) throws IOException {
    try {
      renameToFreeName(from, to);
    } catch (FileNotFoundException e) {
      if (!fileSystem.exists(from)) {
        throw e;
      }
      fileSystem.mkdirs(to.getParent());
      renameToFreeName(from, to);
    }
  }

  private void renameToFreeName(Path from, Path to) throws IOException {
    try {
      rename(from, to, Rename.NONE);
    } catch (FileAlreadyExistsException e) {
      throw StorageKind.taken(to, e);
    }
  }

  @Override
  public boolean movesAtOnce() {
    return true;
  }

  private void writeDurably(Path path, byte[] content) throws IOException {
    try (HadoopOutput out = new HadoopOutput(Durability.create(fileSystem, path))) {
      out.write(content);
      out.sync(fileSystem);
    }
  }

  /** A context, unlike a file system, takes no path without an authority, such as hdfs:///a. */
  private void rename(Path from, Path to, Rename option) throws IOException {
    contexts
        .of(fileSystem.getUri())
        .rename(fileSystem.makeQualified(from), fileSystem.makeQualified(to), option);
  }

  /** The failure that is under way is the one to be told of. */
  private void discard(Path temporary, Exception failure) {
    try {
      fileSystem.delete(temporary, false);
    } catch (IOException | RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
