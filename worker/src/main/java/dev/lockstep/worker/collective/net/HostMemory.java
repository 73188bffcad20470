package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.Uplink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How all JVMs of a group that is on one host come by memory that each of them sees: the first one
 * makes a file and tells the others of it. All have it, or none has.
 */
final class HostMemory {
  private static final Logger LOG = LoggerFactory.getLogger(HostMemory.class);

  private final Uplink uplink;
  private final int jvm;
  private final int ranks;
  private final Optional<Path> folder;
  private final SecureRandom random;

  /**
   * @param uplink of a group, all of whose JVMs use this
   * @param jvm number of this one
   * @param ranks of this one
   * @param folder of a file system in memory; none where not all share memory
   */
  HostMemory(Uplink uplink, int jvm, int ranks, Optional<Path> folder, SecureRandom random) {
    this.uplink = uplink;
    this.jvm = jvm;
    this.ranks = ranks;
    this.folder = folder;
    this.random = random;
  }

  /**
   * Memory of zeros; none where all share none, or one has failed to map the file, which says why.
   *
   * @param bytes of it
   */
  Optional<ByteBuffer> get(long bytes, Occasion occasion) {
    if (folder.isEmpty() || bytes > Integer.MAX_VALUE - SharedMemory.PAGE) {
      return Optional.empty();
    }
    int file = (int) bytes + SharedMemory.PAGE;
    return (jvm == 0 ? give(file, occasion) : take(file, occasion))
        .map(memory -> memory.slice(SharedMemory.PAGE, (int) bytes));
  }

  private Optional<ByteBuffer> give(int bytes, Occasion occasion) {
    try (SharedFile file = SharedFile.make(folder.orElseThrow(), bytes, random)) {
      tell(file.offer(), occasion);
      return ifAll(Optional.of(file.memory()), occasion);
    } catch (IOException e) {
      tell(SharedOffer.NONE, occasion);
      return ifAll(without(e), occasion);
    }
  }

  private Optional<ByteBuffer> take(int bytes, Occasion occasion) {
    SharedOffer offer = tell(SharedOffer.NONE, occasion);
    return ifAll(offer.isNone() ? Optional.empty() : find(offer, bytes), occasion);
  }

  private Optional<ByteBuffer> find(SharedOffer offer, int bytes) {
    try {
      return Optional.of(SharedFile.find(folder.orElseThrow(), offer, bytes));
    } catch (IOException e) {
      return without(e);
    }
  }

  /** Gives all JVMs the offer of the first. */
  private SharedOffer tell(SharedOffer own, Occasion occasion) {
    FloatVector told = FloatVector.allocate(SharedOffer.BYTES / Float.BYTES);
    told.bytes().put(0, own.bytes());
    uplink.broadcast(told, 0, occasion);
    byte[] offered = new byte[SharedOffer.BYTES];
    told.bytes().get(0, offered);
    return SharedOffer.of(offered);
  }

  /** The file keeps its name until all have said whether they have mapped it. */
  private Optional<ByteBuffer> ifAll(Optional<ByteBuffer> mapped, Occasion occasion) {
    boolean all = all(mapped.isPresent(), occasion);
    return mapped.filter(memory -> all);
  }

  private boolean all(boolean own, Occasion occasion) {
    double[] row = {own ? 1 : 0};
    return uplink.allGather(Collections.nCopies(ranks, row), occasion).stream()
        .allMatch(ofRank -> ofRank[0] == 1);
  }

  private static Optional<ByteBuffer> without(IOException why) {
    LOG.info("The ranks have no model in common: {}", Neighbours.reason(why));
    LOG.debug("Why there is no model in common", why);
    return Optional.empty();
  }
}
