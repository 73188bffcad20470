package dev.lockstep.common.storage;

import static dev.lockstep.common.storage.Refusal.attempt;

import dev.lockstep.common.failure.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
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
  private static final int PIECE = 1 << 20;

  private final Configuration configuration;
  private final FileContexts contexts;

  /**
   * @param settings Hadoop settings on top of the defaults and the site files of the class path
   */
  public Storage(Map<String, String> settings) {
    this(settings, Map.of());
  }

  /**
   * @param settings Hadoop settings on top of all others
   * @param site settings of another host, for what the site files of the class path do not say
   */
  Storage(Map<String, String> settings, Map<String, String> site) {
    this(new Configuration());
    GivenSettings.addMissing(site, configuration);
    HdfsClientSettings.apply(configuration);
    settings.forEach(configuration::set);
  }

  private Storage(Configuration configuration) {
    this.configuration = configuration;
    this.contexts = new FileContexts(configuration);
  }

  /** The same, but a path without a scheme is one of this host's, whatever the site files say. */
  public Storage localByDefault() {
    Configuration local = new Configuration(configuration);
    local.set("fs.defaultFS", "file:///");
    return new Storage(local);
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
        () -> {
          try {
            return Arrays.stream(fileSystem(directory).listStatus(new Path(directory)))
                .map(status -> status.getPath().getName())
                .sorted()
                .toList();
          } catch (FileNotFoundException e) {
            return List.of();
          }
        });
  }

  public InputStream open(String path) {
    return attempt("read", path, () -> fileSystem(path).open(new Path(path)));
  }

  public byte[] read(String path) {
    return attempt("read", path, () -> readAll(path));
  }

  /**
   * A part of a file. Where the file ends before it does, the failure is one that may pass: what
   * has told its length says something else by now.
   */
  public byte[] read(String path, long offset, int length) {
    return attempt(
        "read",
        path,
        () -> {
          byte[] part = new byte[length];
          try (FSDataInputStream in = fileSystem(path).open(new Path(path))) {
            in.readFully(offset, part);
          }
          return part;
        });
  }

  public String readText(String path) {
    return new String(read(path), StandardCharsets.UTF_8);
  }

  public RandomReader openRandom(String path) {
    return attempt("read", path, () -> new HadoopReader(fileSystem(path).open(new Path(path))));
  }

  /**
   * Reads a part of a file front to back, a piece at a time, or what a file that ends before has of
   * it; a piece is valid during its call only. An empty part is not looked for.
   *
   * @param offset of the part's first byte
   * @param length of the part in bytes
   */
  public void scan(String path, long offset, long length, Consumer<ByteBuffer> pieces) {
    attempt(
        "read",
        path,
        () -> {
          if (length == 0) {
            return null; // some file systems cannot seek to the end of a file
          }
          byte[] piece = new byte[(int) Math.min(length, PIECE)];
          try (FSDataInputStream in = fileSystem(path).open(new Path(path))) {
            in.seek(offset);
            long rest = length;
            int n = in.readNBytes(piece, 0, piece.length);
            while (n > 0) {
              pieces.accept(ByteBuffer.wrap(piece, 0, n));
              rest -= n;
              n = in.readNBytes(piece, 0, (int) Math.min(rest, PIECE));
            }
          }
          return null;
        });
  }

  /** Bytes of a file. */
  public long length(String path) {
    return attempt("look up", path, () -> fileSystem(path).getFileStatus(new Path(path)).getLen());
  }

  /** Opens a file that must not exist, to be on disk once it is finished. */
  public DurableFile createDurably(String path) {
    return attempt("write", path, () -> new DurableFile(fileSystem(path), new Path(path)));
  }

  /**
   * Whether a file or folder can be moved in one step that others see happen or not. Object stores
   * cannot: theirs is a copy of each file, then a deletion.
   */
  public boolean movesAtOnce(String path) {
    return attempt("look up", path, () -> kind(path).movesAtOnce());
  }

  /** Opens a new file; a file of that name is replaced. Its parents are made as needed. */
  public OutputStream create(String path) {
    return attempt(
        "write", path, () -> new HadoopOutput(fileSystem(path).create(new Path(path), true)));
  }

  /** Writes a file so that readers see the old content or the new one, never a part of it. */
  public void writeAtomically(String path, byte[] content) {
    attempt(
        "write",
        path,
        () -> {
          kind(path).write(new Path(path), content);
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
            kind(path).createExclusively(new Path(path), content.getBytes(StandardCharsets.UTF_8)));
  }

  /** Moves a file or folder to a name that must be free; parents are made as needed. */
  public void rename(String from, String to) {
    attempt(
        "rename",
        from,
        () -> {
          kind(from).move(new Path(from), new Path(to));
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

  private void moveOver(String from, String to) throws IOException {
    kind(to).replace(new Path(from), new Path(to));
  }

  private StorageKind kind(String path) throws IOException {
    return StorageKind.of(fileSystem(path), configuration, contexts);
  }

  private FileSystem fileSystem(String path) throws IOException {
    FileSystem fileSystem = new Path(path).getFileSystem(configuration);
    return fileSystem instanceof LocalFileSystem local ? local.getRawFileSystem() : fileSystem;
  }
}
