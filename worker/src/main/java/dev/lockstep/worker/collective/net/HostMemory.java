package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.Uplink;
import dev.lockstep.worker.collective.Wish;
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
  private static final String PEERS = "all JVMs of this host";

  private final Roster roster;
  private final int jvm;
  private final Optional<Path> folder;
  private final SecureRandom random;

  /**
   * @param jvm number of this one
   * @param shared how JVMs share memory; none where not all do
   */
  HostMemory(Roster roster, int jvm, Optional<SharedMemory> shared, SecureRandom random) {
    this.roster = roster;
    this.jvm = jvm;
    this.folder = shared.filter(unused -> roster.size() > 1).map(SharedMemory::folder);
    this.random = random;
  }

  /**
   * Memory of zeros; none where all share none, or one has failed to map the file, which says why.
   * What groups that have ended had mapped is given back before, and nothing has a name until all
   * JVMs have come.
   *
   * @param uplink of the group, all of whose JVMs call this
   * @param bytes of the memory
   */
  Optional<ByteBuffer> get(Uplink uplink, long bytes, Occasion occasion) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    if (bytes > Integer.MAX_VALUE - SharedMemory.PAGE) {
      LOG.info("Cannot share {} bytes with {}: a file has less than 2 GiB", bytes, PEERS);
      return Optional.empty();
    }
    System.gc(); // mapped memory has no other end
    uplink.barrier(Wish.GO_ON, occasion);
    int file = (int) bytes + SharedMemory.PAGE;
    return (jvm == 0 ? give(uplink, file, occasion) : take(uplink, file, occasion))
        .map(memory -> memory.slice(SharedMemory.PAGE, (int) bytes));
  }

  private Optional<ByteBuffer> give(Uplink uplink, int bytes, Occasion occasion) {
    Optional<SharedFile> made = make(bytes);
    try {
      tell(uplink, made.map(SharedFile::offer).orElse(SharedOffer.NONE), occasion);
      return ifAll(uplink, made.map(SharedFile::memory), occasion);
    } finally {
      made.ifPresent(SharedFile::close);
    }
  }

  private Optional<ByteBuffer> take(Uplink uplink, int bytes, Occasion occasion) {
    SharedOffer offer = tell(uplink, SharedOffer.NONE, occasion);
    return ifAll(uplink, offer.isNone() ? Optional.empty() : find(offer, bytes), occasion);
  }

  private Optional<SharedFile> make(int bytes) {
    try {
      return Optional.of(SharedFile.make(folder.orElseThrow(), bytes, random));
    } catch (IOException | RuntimeException e) {
      return Neighbours.without(PEERS, e);
    }
  }

  private Optional<ByteBuffer> find(SharedOffer offer, int bytes) {
    try {
      return Optional.of(SharedFile.find(folder.orElseThrow(), offer, bytes));
    } catch (IOException | RuntimeException e) {
      return Neighbours.without(PEERS, e);
    }
  }

  /** Gives all JVMs the offer of the first. */
  private static SharedOffer tell(Uplink uplink, SharedOffer own, Occasion occasion) {
    FloatVector told = FloatVector.allocate(SharedOffer.BYTES / Float.BYTES);
    told.bytes().put(0, own.bytes());
    uplink.broadcast(told, 0, occasion);
    byte[] offered = new byte[SharedOffer.BYTES];
    told.bytes().get(0, offered);
    return SharedOffer.of(offered);
  }

  /** The file keeps its name until all have said whether they have mapped it. */
  private Optional<ByteBuffer> ifAll(
      Uplink uplink, Optional<ByteBuffer> mapped, Occasion occasion) {
    double[] vote = {mapped.isPresent() ? 1 : 0};
    int ranks = roster.ranks().get(jvm);
    boolean all =
        uplink.allGather(Collections.nCopies(ranks, vote), occasion).stream()
            .allMatch(ofRank -> ofRank[0] == 1);
    return mapped.filter(memory -> all);
  }
}
