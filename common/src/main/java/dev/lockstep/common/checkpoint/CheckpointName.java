package dev.lockstep.common.checkpoint;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a checkpoint's folder, in staging and after: {@code rEEEEEEEE-SSSSSSSS-eDDDDDDDD-X}.
 *
 * @param driverEpoch of the driver for which it was staged
 * @param id 8 hexadecimal digits, at random, so that no name is ever used twice
 */
record CheckpointName(Position position, int driverEpoch, String id) {
  private static final Pattern FORM = Pattern.compile("r(\\d{8})-(\\d{8})-e(\\d{8})-([0-9a-f]{8})");

  /** A new name. */
  static CheckpointName random(Position position, int driverEpoch) {
    byte[] id = new byte[4];
    new SecureRandom().nextBytes(id);
    return new CheckpointName(position, driverEpoch, HexFormat.of().formatHex(id));
  }

  /** The name that a text is, if it is one. */
  static Optional<CheckpointName> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || Integer.parseInt(form.group(1)) == 0) {
      return Optional.empty();
    }
    Position position =
        new Position(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
    return Optional.of(
        new CheckpointName(position, Integer.parseInt(form.group(3)), form.group(4)));
  }

  @Override
  public String toString() {
    return "r%08d-%08d-e%08d-%s".formatted(position.epoch(), position.step(), driverEpoch, id);
  }
}
