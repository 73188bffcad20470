package dev.lockstep.common.testing;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Scheme {@code faulty}: the local files, where every operation goes through a {@link FaultPlan}.
 * Renames are exclusive as those of a NameNode are.
 */
public class FaultFileSystem extends FileSystem {
  private static final Object NAME_NODE = new Object();

  private final RawLocalFileSystem local = new RawLocalFileSystem();
  private FaultPlan plan;

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    setConf(configuration);
    local.initialize(URI.create("file:///"), configuration);
    plan = FaultPlan.of(configuration.get(FaultPlan.ID));
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public URI getUri() {
    return URI.create(getScheme() + ":///");
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return plan.run("open " + path, () -> local.open(local(path), bufferSize));
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    OutputStream out = plan.run("create " + path, () -> target(file(path), overwrite));
    return new FSDataOutputStream(new FaultStream(plan, path, out), null);
  }

  /** Where the bytes of a new file go. */
  OutputStream target(java.nio.file.Path file, boolean overwrite) throws IOException {
    Files.createDirectories(file.getParent());
    try {
      return overwrite
          ? Files.newOutputStream(file)
          : Files.newOutputStream(file, StandardOpenOption.CREATE_NEW);
    } catch (java.nio.file.FileAlreadyExistsException e) {
      throw (IOException) new FileAlreadyExistsException(file + " exists").initCause(e);
    }
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("append " + path);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return plan.run("rename " + from + " to " + to, () -> local.rename(local(from), local(to)));
  }

  @Override
  @SuppressWarnings("deprecation") // the form that a FileContext calls
  public void rename(Path from, Path to, Rename... options) throws IOException {
    boolean overwrite = Arrays.asList(options).contains(Rename.OVERWRITE);
    plan.run(
        "rename " + from + " to " + to,
        () -> {
          synchronized (NAME_NODE) {
            if (!local.exists(local(from))) {
              throw new FileNotFoundException("rename source " + from + " is not found");
            }
            if (!overwrite && local.exists(local(to))) {
              throw new FileAlreadyExistsException("rename destination " + to + " exists");
            }
            if (!local.rename(local(from), local(to))) {
              throw new IOException("rename from " + from + " to " + to + " failed");
            }
          }
          return true;
        });
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return plan.run("delete " + path, () -> local.delete(local(path), recursive));
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    FileStatus[] found = plan.run("list " + path, () -> local.listStatus(local(path)));
    for (FileStatus status : found) {
      status.setPath(own(status.getPath()));
    }
    return found;
  }

  @Override
  public void setWorkingDirectory(Path folder) {
    local.setWorkingDirectory(local(folder));
  }

  @Override
  public Path getWorkingDirectory() {
    return own(local.getWorkingDirectory());
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return plan.run("mkdirs " + path, () -> Files.isDirectory(Files.createDirectories(file(path))));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    FileStatus status = plan.run("status " + path, () -> local.getFileStatus(local(path)));
    status.setPath(own(status.getPath()));
    return status;
  }

  private static java.nio.file.Path file(Path path) {
    return java.nio.file.Path.of(path.toUri().getPath());
  }

  private static Path local(Path path) {
    return new Path("file", null, path.toUri().getPath());
  }

  private Path own(Path path) {
    return new Path(getScheme(), "", path.toUri().getPath());
  }
}
