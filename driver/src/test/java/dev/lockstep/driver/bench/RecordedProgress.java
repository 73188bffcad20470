package dev.lockstep.driver.bench;

import dev.lockstep.common.run.Progress;
import java.util.ArrayList;
import java.util.List;

/** Remembers the lines that stay. */
public final class RecordedProgress implements Progress {
  private final List<String> lines = new ArrayList<>();

  @Override
  public void status(String text) {}

  @Override
  public void line(String text) {
    lines.add(text);
  }

  public List<String> lines() {
    return lines;
  }
}
