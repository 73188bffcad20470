package dev.lockstep.worker.collective;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What a rank wishes, which any thread may tell, and what the group has agreed on, which belongs to
 * the thread of the rank.
 */
final class Wishes {
  private final AtomicReference<Wish> own = new AtomicReference<>(Wish.GO_ON);
  private Wish agreed = Wish.GO_ON;

  void express(Wish wish) {
    own.accumulateAndGet(wish, Wish::orStronger);
  }

  /** What the next operation carries: a checkpoint is wished for once, the end for ever. */
  Wish next() {
    return own.getAndUpdate(wish -> wish == Wish.CHECKPOINT ? Wish.GO_ON : wish);
  }

  /** An operation has carried this wish of rank 0. */
  void carried(Wish wish) {
    agreed = agreed.orStronger(wish);
  }

  /** See {@link ProcessGroup#agreed}. */
  Wish agreed() {
    Wish wish = agreed;
    if (wish == Wish.CHECKPOINT) {
      agreed = Wish.GO_ON;
    }
    return wish;
  }
}
