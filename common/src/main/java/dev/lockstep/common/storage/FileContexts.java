package dev.lockstep.common.storage;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.security.UserGroupInformation;

/**
 * Keeps Hadoop's file contexts, each of which is a client of its own, as Hadoop keeps its file
 * systems: one for each place and user.
 */
final class FileContexts {
  private final Configuration configuration;
  private final Map<Key, FileContext> contexts = new ConcurrentHashMap<>();

  private record Key(URI fileSystem, UserGroupInformation user) {}

  FileContexts(Configuration configuration) {
    this.configuration = configuration;
  }

  /** The context of the current user. */
  FileContext of(URI fileSystem) throws IOException {
    Key key = new Key(fileSystem, UserGroupInformation.getCurrentUser());
    FileContext known = contexts.get(key);
    if (known != null) {
      return known;
    }
    FileContext made = FileContext.getFileContext(fileSystem, configuration);
    contexts.put(key, made);
    return made;
  }
}
