package dev.lockstep.driver.predict;

import dev.lockstep.common.run.Progress;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/**
 * How many rows there were, how many could not be used, and the first of those.
 *
 * @param first in the order of the input, at most {@link #SHOWN}
 */
public record RowAccount(long rows, long bad, List<BadRow> first) implements Serializable {
  static final int SHOWN = 5;

  public static final RowAccount NONE = new RowAccount(0, 0, List.of());

  public RowAccount {
    first = List.copyOf(first);
  }

  /** Of some rows and all the bad ones among them. */
  public static RowAccount of(long rows, List<BadRow> bad) {
    return new RowAccount(rows, bad.size(), bad.stream().sorted().limit(SHOWN).toList());
  }

  /** Both accounts in one; the order of the two does not matter. */
  public RowAccount plus(RowAccount other) {
    return new RowAccount(
        rows + other.rows,
        bad + other.bad,
        Stream.concat(first.stream(), other.first.stream()).sorted().limit(SHOWN).toList());
  }

  public boolean allBad() {
    return bad == rows;
  }

  /** Names the bad rows, where there are any. */
  public void tell(Progress progress, String deed) {
    if (bad == 0) {
      return;
    }
    progress.line(
        "%d of %d rows were not %s%s"
            .formatted(bad, rows, deed, bad > first.size() ? "; the first are" : ""));
    first.forEach(row -> progress.line("  " + row.text()));
  }

  /** The first bad row in words, for the message of a failure. */
  public String example() {
    return first.isEmpty() ? "there are none" : first.get(0).text();
  }
}
