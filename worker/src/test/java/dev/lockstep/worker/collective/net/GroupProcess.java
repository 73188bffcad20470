package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.common.storage.Json;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A process with one rank that exchanges without end. It prints its address, reads the roster, and
 * then prints what it goes through; it ends when its standard input does.
 */
final class GroupProcess {
  private static final int LENGTH = 1_000_000;

  private GroupProcess() {}

  /** Arguments: the key in hexadecimal, the rank, and milliseconds until the warning. */
  public static void main(String[] arguments) throws IOException {
    AttemptKey key = AttemptKey.of(HexFormat.of().parseHex(arguments[0]));
    int rank = Integer.parseInt(arguments[1]);
    Duration warning = Duration.ofMillis(Long.parseLong(arguments[2]));
    StallPolicy stalls =
        new StallPolicy(warning, Duration.ofSeconds(60), late -> say("late " + late));
    NetSettings settings =
        new NetSettings(
            "127.0.0.1",
            Duration.ofSeconds(20),
            stalls,
            Optional.empty(),
            NetSettings.Tuning.DEFAULT);
    try (NetNode node = NetNode.open(new AttemptName("run", 1), key, settings)) {
      say("address " + Json.write(node.address()).replace("\n", ""));
      BufferedReader input =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      Roster roster = Json.read(input.readLine(), Roster.class, "the roster");
      endWith(input);
      exchange(node.join(roster, new LaneTree(roster.worldSize()), rank));
    } catch (LockstepException e) {
      say("failed " + e.getMessage());
    }
  }

  private static void exchange(ProcessGroup group) {
    FloatVector vector = FloatVector.allocate(LENGTH);
    LaneSums sums = new LaneSums(group.tree(), group.lanes(), LENGTH);
    for (int step = 1; ; step++) {
      sums.clear();
      sums.add(vector);
      group.allReduce(sums, vector, new Occasion(1, step, "the exchange"));
      say("step " + step);
    }
  }

  private static void endWith(BufferedReader input) {
    Thread watcher =
        new Thread(
            () -> {
              try {
                input.transferTo(Writer.nullWriter());
              } catch (IOException e) {
                say("failed " + e);
              }
              Runtime.getRuntime().halt(0);
            },
            "parent-watcher");
    watcher.setDaemon(true);
    watcher.start();
  }

  private static synchronized void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
