package dev.lockstep.common.checkpoint;

/**
 * Who a driver is, for people and for telling two drivers apart; nothing is ordered by it.
 *
 * @param owner random id of this start of the driver
 * @param applicationId of Spark
 * @param start when it started, as text
 */
public record DriverIdentity(
    String owner, String applicationId, String host, long pid, String start) {
  /** This driver among others: {@code application X, process P on H, started at T}. */
  String description() {
    return "application %s, process %d on %s, started at %s"
        .formatted(applicationId, pid, host, start);
  }
}
