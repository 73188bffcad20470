package dev.lockstep.driver.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.storage.RDDInfo;
import scala.collection.JavaConverters;

/** On which executors Spark has started ranks, which are the tasks of its barrier stages. */
final class RankPlaces extends SparkListener {
  private final Map<Integer, List<String>> ofStages = new ConcurrentSkipListMap<>();

  @Override
  public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
    if (JavaConverters.seqAsJavaList(submitted.stageInfo().rddInfos()).stream()
        .anyMatch(RDDInfo::isBarrier)) {
      ofStages.put(submitted.stageInfo().stageId(), new CopyOnWriteArrayList<>());
    }
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart started) {
    List<String> executors = ofStages.get(started.stageId());
    if (executors != null) {
      executors.add(started.taskInfo().executorId());
    }
  }

  /** For each attempt in order the executors of its ranks; Spark tells of them with delay. */
  List<List<String>> ofAttempts() {
    return List.copyOf(ofStages.values());
  }
}
