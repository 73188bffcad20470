package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Occasion;
import java.util.List;

/** One operation of all JVMs, as one of them carries it out on the event loop. */
interface Operation {
  /** Counted from 1; all JVMs count alike. */
  long number();

  Occasion occasion();

  /** Begins to send. */
  void begin();

  /**
   * Where a frame of this operation goes.
   *
   * @throws ProtocolException for a frame that must not come
   */
  FrameReader.Destination accept(int jvm, FrameHeader header);

  /** Whether something is still to come from a peer. */
  boolean expects(int jvm);

  /** Whether all has come and all is sent. */
  boolean isComplete();

  /** The peers that are waited for, without those that merely wait for the same ones. */
  List<Integer> missing();
}
