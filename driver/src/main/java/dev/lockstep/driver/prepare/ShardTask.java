package dev.lockstep.driver.prepare;

import dev.lockstep.common.data.Shard;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.common.storage.Storage;
import dev.lockstep.common.storage.StorageSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import scala.Tuple2;

/**
 * The task that writes one shard: under a name of its own first, which a rename makes the shard's,
 * so that a task may fail, be repeated, or run twice at once.
 */
record ShardTask(
    ShardPlan plan, ShardFormat format, StorageSettings workers, String directory, String staging)
    implements FlatMapFunction<Iterator<Tuple2<Long, byte[]>>, String> {

  /** The JSON of the {@link Shard}. */
  @Override
  public Iterator<String> call(Iterator<Tuple2<Long, byte[]>> samples) {
    ShardPlan.Planned planned = plan.shards().get(TaskContext.getPartitionId());
    String name = planned.file();
    String temporary = staging + "/" + name + "." + UUID.randomUUID();
    Storage storage = workers.open();
    Iterator<byte[]> contents =
        StreamSupport.stream(Spliterators.spliteratorUnknownSize(samples, 0), false)
            .map(Tuple2::_2)
            .iterator();
    try {
      ShardWriter writer = new ShardWriter(format, planned.blockSamples());
      Shard shard;
      try (OutputStream out = storage.create(temporary)) {
        shard = named(planned, writer.write(name, contents, out));
      }
      storage.replace(temporary, directory + "/" + shard.file());
      return List.of(Json.write(shard)).iterator();
    } catch (IOException e) {
      throw new LockstepException(
          FailureKind.STORAGE, "Cannot write %s: %s".formatted(temporary, e.getMessage()), e);
    }
  }

  private static Shard named(ShardPlan.Planned planned, Shard shard) {
    return new Shard(
        planned.file(shard.sha256()),
        shard.samples(),
        shard.bytes(),
        shard.sha256(),
        shard.blocks());
  }
}
