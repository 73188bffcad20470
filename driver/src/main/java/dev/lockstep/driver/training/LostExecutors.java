package dev.lockstep.driver.training;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkContext;
import org.apache.spark.status.api.v1.ExecutorSummary;

/**
 * Puts into words why Spark ended a stage: which executor was lost, where, and why.
 *
 * @param losses where each is counted
 */
record LostExecutors(SparkContext spark, HostLosses losses) {
  /** What Spark says of a lost executor, among much else. */
  private static final Pattern LOST =
      Pattern.compile("ExecutorLostFailure \\(executor (\\S+)[^)]*\\)(?: Reason: ([^\\n]*))?");

  /** What the system kills, or a JVM that gives up, ends with where memory has run out. */
  private static final Pattern MEMORY =
      Pattern.compile("exit(?:ed with)? code:? (?:52|137)|beyond.*memory|exceeding.*memory limits");

  /** Whether it is for the loss of an executor that Spark ended a stage. */
  static boolean caused(Exception failure) {
    return LOST.matcher(String.valueOf(failure.getMessage())).find();
  }

  /** A sentence without its end, about what Spark throws when a stage has failed. */
  String explain(Exception failure) {
    String text = String.valueOf(failure.getMessage());
    Matcher lost = LOST.matcher(text);
    return lost.find()
        ? explain(lost.group(1), Optional.ofNullable(lost.group(2)))
        : "Spark ended its stage (%s)"
            .formatted(text.lines().findFirst().orElse(failure.toString()));
  }

  private String explain(String executor, Optional<String> reason) {
    String why = reason.map(text -> ": " + firstSentence(text)).orElse("");
    String hint =
        reason.filter(text -> MEMORY.matcher(text).find()).isPresent()
            ? " (if nobody killed it, raise 'cluster.memory-per-worker')"
            : "";
    return "%s was lost%s%s%s".formatted(name(executor), why, hint, count(executor));
  }

  /** An executor with its place, as it stands in a sentence. */
  String name(String executor) {
    return "executor %s%s".formatted(executor, host(executor).map(h -> " on " + h).orElse(""));
  }

  /** Counts an executor as lost, and says what there is to say of its host. */
  String count(String executor) {
    return host(executor).map(losses::count).orElse("");
  }

  private Optional<String> host(String executor) {
    var executors = spark.statusStore().executorList(false);
    for (int i = 0; i < executors.size(); i++) {
      ExecutorSummary summary = executors.apply(i);
      if (summary.id().equals(executor)) {
        return Optional.of(summary.hostPort());
      }
    }
    return Optional.empty();
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    return (end < 0 ? text : text.substring(0, end)).strip();
  }
}
