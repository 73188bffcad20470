package dev.lockstep.driver.bench;

import java.util.List;

/** The least, the median and the greatest of some figures. */
public record Spread(double least, double median, double greatest) {
  public static Spread of(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int size = sorted.size();
    double median = (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
    return new Spread(sorted.get(0), median, sorted.get(size - 1));
  }
}
