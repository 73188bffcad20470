package dev.lockstep.driver.training;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkContext;
import org.apache.spark.status.AppStatusStore;
import org.apache.spark.status.api.v1.TaskData;

/**
 * Ends ranks that do not end by themselves: has the cluster kill their executors and start others
 * in their place, and cancels the stage. Without this a stopped process holds its slot until Spark
 * misses its heartbeats, minutes later.
 *
 * @param group of the stage's job
 * @param lost knows where executors are
 * @param tell takes a sentence for each executor
 */
record StuckRanks(SparkContext spark, String group, LostExecutors lost, Consumer<String> tell)
    implements Runnable {
  @Override
  public void run() {
    List<String> executors = executorsAtWork();
    spark.cancelJobGroup(group);
    if (!spark.isLocal()) {
      executors.forEach(this::replace);
    }
  }

  private void replace(String executor) {
    tell.accept(
        "Replacing %s, which does not answer%s"
            .formatted(lost.name(executor), lost.count(executor)));
    spark.killAndReplaceExecutor(executor);
  }

  /** The executors on which tasks of the group run. */
  private List<String> executorsAtWork() {
    List<String> executors = new ArrayList<>();
    for (int job : spark.statusTracker().getJobIdsForGroup(group)) {
      var info = spark.statusTracker().getJobInfo(job);
      if (info.isDefined()) {
        for (int stage : info.get().stageIds()) {
          executors.addAll(executorsOf(stage));
        }
      }
    }
    return executors.stream().distinct().toList();
  }

  private List<String> executorsOf(int stage) {
    AppStatusStore store = spark.statusStore();
    List<String> executors = new ArrayList<>();
    var tasks = store.taskList(stage, 0, Integer.MAX_VALUE);
    for (int i = 0; i < tasks.size(); i++) {
      TaskData task = tasks.apply(i);
      if (task.status().equals("RUNNING")) {
        executors.add(task.executorId());
      }
    }
    return executors;
  }
}
