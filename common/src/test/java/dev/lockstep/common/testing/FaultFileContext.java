package dev.lockstep.common.testing;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.DelegateToFileSystem;

/** Scheme {@code faulty} as Hadoop's {@code FileContext} asks for it. */
public final class FaultFileContext extends DelegateToFileSystem {
  public FaultFileContext(URI uri, Configuration configuration)
      throws IOException, URISyntaxException {
    super(uri, new FaultFileSystem(), configuration, "faulty", false);
  }
}
