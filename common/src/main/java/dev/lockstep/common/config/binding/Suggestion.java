package dev.lockstep.common.config.binding;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses which known word a misspelt one stands for. */
public final class Suggestion {
  private Suggestion() {}

  /**
   * The known word that is nearest to a word of three letters or more: at most a third of its
   * letters away, or else one that it is a part of. Empty where none is near.
   */
  public static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() < 3) {
      return Optional.empty();
    }
    Optional<String> similar =
        known.stream()
            .filter(candidate -> distance(word, candidate) <= word.length() / 3)
            .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    return similar.or(
        () -> known.stream().filter(candidate -> candidate.contains(word)).findFirst());
  }

  /** {@code " (did you mean 'word'?)"}, or nothing where no known word is near. */
  public static String hint(String prefix, String word, Collection<String> known) {
    return nearest(word, known)
        .map(near -> " (did you mean '%s%s'?)".formatted(prefix, near))
        .orElse("");
  }

  /**
   * Insertions, deletions, replacements and swaps of neighbours that turn one word into another
   * (the optimal string alignment form of the Damerau-Levenshtein distance).
   */
  static int distance(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : cheapest(cost, from, to, i, j);
      }
    }
    return cost[from.length()][to.length()];
  }

  private static int cheapest(int[][] cost, String from, String to, int i, int j) {
    int replaced = cost[i - 1][j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
    int best = Math.min(replaced, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
