package dev.lockstep.driver.bench.exchange;

import java.util.List;

/**
 * A host of a process.
 *
 * @param address that the others reach it by
 * @param wrapper words before a command that runs there
 */
public record Host(String address, List<String> wrapper) {
  static final Host LOOPBACK = new Host("127.0.0.1", List.of());
}
