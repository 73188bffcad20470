package dev.lockstep.worker.collective.net;

import dev.lockstep.common.storage.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Which attempt of which run a connection or a frame belongs to.
 *
 * @param run name of the run, the same on all JVMs
 * @param attempt counted from 1
 */
public record AttemptName(String run, int attempt) {

  /** The first eight bytes of the SHA-256 of the run's name, as frames carry it. */
  long runHash() {
    String hex = new Sha256().add(ByteBuffer.wrap(run.getBytes(StandardCharsets.UTF_8))).hex();
    return HexFormat.fromHexDigitsToLong(hex, 0, Long.BYTES * 2);
  }
}
