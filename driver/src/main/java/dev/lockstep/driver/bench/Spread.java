package dev.lockstep.driver.bench;

import java.util.List;

/** The least, the middle and the greatest of some figures. */
public record Spread(double least, double median, double greatest) {
  public static Spread of(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    return new Spread(sorted.get(0), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
  }
}
