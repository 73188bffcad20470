package dev.lockstep.worker.collective.net;

/** What an operation needs of the connections with all peers. */
interface Links {
  Link to(int jvm);

  /** Memory for the parts of a peer. */
  Staging staging(int jvm);

  /** Something has come or is sent: the operation may be complete. */
  void progressed(Operation operation);
}
