package dev.lockstep.common.storage;

import dev.lockstep.common.failure.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Whole-file operations on the file systems that Hadoop knows ({@code file:}, {@code hdfs:}, object
 * stores), each of which fails with a {@link LockstepException} that names the path.
 *
 * <p>Local files are written without Hadoop's {@code .crc} companions; Lockstep keeps digests of
 * its own.
 */
public final class Storage {
  private final Configuration configuration;

  /**
   * @param settings Hadoop settings on top of the defaults and the site files of the class path
   */
  public Storage(Map<String, String> settings) {
    configuration = new Configuration();
    settings.forEach(configuration::set);
  }

  /** The path with scheme and authority, as other processes have to be given it. */
  public String qualify(String path) {
    return attempt(
        "resolve", path, () -> fileSystem(path).makeQualified(new Path(path)).toString());
  }

  public boolean exists(String path) {
    return attempt("look up", path, () -> fileSystem(path).exists(new Path(path)));
  }

  public boolean isDirectory(String path) {
    return attempt("look up", path, () -> directory(path));
  }

  /**
   * The files that a path stands for, in the order of their paths: a file itself, the visible files
   * directly in a folder, or those of all that a glob matches. Empty where there is none.
   */
  public List<FileInfo> list(String pathOrGlob) {
    return attempt(
        "list", pathOrGlob, () -> new Listing(fileSystem(pathOrGlob)).of(new Path(pathOrGlob)));
  }

  /**
   * Names (not paths) of everything directly in a folder, in order; empty where there is no such
   * folder.
   */
  public List<String> names(String directory) {
    return attempt(
        "list",
        directory,
        () ->
            exists(directory)
                ? Arrays.stream(fileSystem(directory).listStatus(new Path(directory)))
                    .map(status -> status.getPath().getName())
                    .sorted()
                    .toList()
                : List.of());
  }

  public InputStream open(String path) {
    return attempt("read", path, () -> fileSystem(path).open(new Path(path)));
  }

  public byte[] read(String path) {
    return attempt("read", path, () -> readAll(path));
  }

  public String readText(String path) {
    return new String(read(path), StandardCharsets.UTF_8);
  }

  public RandomReader openRandom(String path) {
    return attempt("read", path, () -> new HadoopReader(fileSystem(path).open(new Path(path))));
  }

  /** Opens a new file; a file of that name is replaced. Its parents are made as needed. */
  public OutputStream create(String path) {
    return attempt("write", path, () -> fileSystem(path).create(new Path(path), true));
  }

  /** Writes a file so that readers see the old content or the new one, never a part of it. */
  public void writeAtomically(String path, byte[] content) {
    attempt(
        "write",
        path,
        () -> {
          String temporary = TemporaryName.beside(new Path(path)).toString();
          try {
            writeDurably(temporary, content);
            moveOver(temporary, path);
          } catch (IOException | FSError e) {
            fileSystem(temporary).delete(new Path(temporary), false);
            throw e;
          }
          return null;
        });
  }

  public void writeAtomically(String path, String content) {
    writeAtomically(path, content.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file unless there is one of that name.
   *
   * @return whether it was written; of several callers at once only one is told so
   */
  public boolean createExclusively(String path, String content) {
    return attempt(
        "create",
        path,
        () ->
            ExclusiveCreate.of(fileSystem(path), configuration)
                .create(new Path(path), content.getBytes(StandardCharsets.UTF_8)));
  }

  /** Moves a file or folder to a name that must be free. */
  public void rename(String from, String to) {
    attempt(
        "rename",
        from,
        () -> {
          moveToFreeName(new Path(from), new Path(to));
          return null;
        });
  }

  /** Moves a file to a name in one step; a file that has the name is replaced. */
  public void replace(String from, String to) {
    attempt(
        "rename",
        from,
        () -> {
          moveOver(from, to);
          return null;
        });
  }

  public void makeDirectories(String path) {
    attempt(
        "create",
        path,
        () -> require(fileSystem(path).mkdirs(new Path(path)), "the file system refuses"));
  }

  /** Deletes a file or a folder with all it holds; nothing happens where there is none. */
  public void delete(String path) {
    attempt(
        "delete",
        path,
        () ->
            require(
                fileSystem(path).delete(new Path(path), true) || !exists(path),
                "the file system refuses (it may be protected or in use)"));
  }

  /** Hadoop's file systems say false for much that is a failure. */
  private static boolean require(boolean done, String otherwise) throws IOException {
    if (!done) {
      throw new IOException(otherwise);
    }
    return true;
  }

  private void moveToFreeName(Path from, Path to) throws IOException {
    FileSystem fileSystem = fileSystem(from.toString());
    if (!fileSystem.exists(from)) {
      throw new FileNotFoundException(from.toString());
    }
    fileSystem.mkdirs(to.getParent());
    require(!fileSystem.exists(to), "cannot move it to " + to + " (the name is taken)");
    require(fileSystem.rename(from, to), "the file system refuses to move it to " + to);
  }

  private boolean directory(String path) throws IOException {
    FileSystem fileSystem = fileSystem(path);
    return fileSystem.exists(new Path(path))
        && fileSystem.getFileStatus(new Path(path)).isDirectory();
  }

  private byte[] readAll(String path) throws IOException {
    try (InputStream in = fileSystem(path).open(new Path(path))) {
      return in.readAllBytes();
    }
  }

  private void writeDurably(String path, byte[] content) throws IOException {
    try (var out = fileSystem(path).create(new Path(path), false)) {
      out.write(content);
      if (out.hasCapability("hsync")) {
        out.hsync();
      }
    }
  }

  private void moveOver(String from, String to) throws IOException {
    AtomicRename.of(fileSystem(to), configuration).replace(new Path(from), new Path(to));
  }

  private FileSystem fileSystem(String path) throws IOException {
    FileSystem fileSystem = new Path(path).getFileSystem(configuration);
    return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
  }

  private static <T> T attempt(String verb, String path, Action<T> action) {
    try {
      return action.run();
    } catch (FSError e) {
      throw Refusal.of(verb, path, e.getCause());
    } catch (IOException | IllegalArgumentException e) {
      throw Refusal.of(verb, path, e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException missing) {
        throw Refusal.of(
            verb,
            path,
            new IOException(
                "its file system is not on the class path (add the jar that has %s)"
                    .formatted(missing.getMessage()),
                e));
      }
      throw e;
    }
  }

  private interface Action<T> {
    T run() throws IOException;
  }

  private record HadoopReader(FSDataInputStream in) implements RandomReader {
    @Override
    public void readFully(long position, byte[] target) throws IOException {
      in.readFully(position, target);
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
