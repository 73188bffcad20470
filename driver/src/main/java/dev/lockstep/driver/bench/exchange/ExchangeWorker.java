package dev.lockstep.driver.bench.exchange;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.bench.process.ParentLink;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.collective.net.AttemptName;
import dev.lockstep.worker.collective.net.JvmAddress;
import dev.lockstep.worker.collective.net.NetNode;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.collective.net.NetSettings.Tuning;
import dev.lockstep.worker.collective.net.Roster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One process of an exchange: connects with the others and performs what it is asked to. */
final class ExchangeWorker {
  private static final AttemptName SHARING = new AttemptName("bench", 1);
  private static final AttemptName SOCKETS = new AttemptName("bench", 2);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Different numbers that are added up to check an exercise. */
  private static final int VALUES = 8;

  private ExchangeWorker() {}

  /**
   * The place of a process.
   *
   * @param host its address
   * @param secret of the group's key, in hexadecimal, the same for all
   * @param floats of the largest vector that it will be asked for
   */
  record Place(int rank, String host, String secret, int floats) {}

  /**
   * Where a process listens.
   *
   * @param port for plain connections
   * @param sharing for those of the process group that shares memory where it can
   * @param sockets for those of the process group that does not
   */
  record Listening(String host, int port, JvmAddress sharing, JvmAddress sockets) {}

  /** All processes in the order of their ranks. */
  record Everyone(List<Listening> processes) {
    List<InetSocketAddress> addresses() {
      return processes.stream()
          .map(process -> new InetSocketAddress(process.host(), process.port()))
          .toList();
    }

    Roster roster(Function<Listening, JvmAddress> node) {
      return new Roster(
          processes.stream().map(node).toList(), Collections.nCopies(processes.size(), 1));
    }
  }

  /** Something to perform over and over, and to take the time of once warm. */
  record Request(Contender contender, int floats, int warmups, int repetitions) {}

  /** The answer to a request: the mean of the repetitions. */
  record Seconds(double each) {}

  /** A process of the exchange; told all that it needs to know by its parent. */
  public static void main(String[] arguments) {
    ParentLink.serve(ExchangeWorker::run);
  }

  private static void run(ParentLink parent) throws IOException {
    Place place = parent.next(Place.class);
    FloatVector memory = FloatVector.allocate(place.floats());
    try (SocketMesh mesh = new SocketMesh(place.rank(), place.host());
        NetNode sharing = NetNode.open(SHARING, key(place), settings(place, Tuning.DEFAULT));
        NetNode sockets = NetNode.open(SOCKETS, key(place), settings(place, Tuning.SOCKETS))) {
      parent.answer(new Listening(place.host(), mesh.port(), sharing.address(), sockets.address()));
      Everyone everyone = parent.next(Everyone.class);
      mesh.connect(everyone.addresses());
      LaneTree tree = new LaneTree(mesh.size());
      try (ProcessGroup shares =
              sharing.join(everyone.roster(Listening::sharing), tree, place.rank());
          ProcessGroup sends =
              sockets.join(everyone.roster(Listening::sockets), tree, place.rank())) {
        parent.answer(everyone);
        serve(parent, exercises(mesh, shares, sends), memory, mesh);
      }
    }
  }

  /** Performs what it is asked to until the parent ends the process. */
  private static void serve(
      ParentLink parent, Map<Contender, Exercise> exercises, FloatVector memory, SocketMesh mesh)
      throws IOException {
    while (true) {
      parent.answer(measure(parent.next(Request.class), exercises, memory, mesh));
    }
  }

  private static Map<Contender, Exercise> exercises(
      SocketMesh mesh, ProcessGroup shares, ProcessGroup sends) throws IOException {
    Map<Contender, Exercise> exercises = new EnumMap<>(Contender.class);
    exercises.put(Contender.LOCKSTEP, GroupAllReduce.exact(shares));
    exercises.put(Contender.SOCKETS, GroupAllReduce.exact(sends));
    exercises.put(Contender.BFLOAT16, GroupAllReduce.rounded(shares));
    exercises.put(Contender.PLAIN, new PlainAllReduce(mesh));
    exercises.put(Contender.ONE_WAY, new OneWay(mesh));
    return exercises;
  }

  private static AttemptKey key(Place place) {
    return AttemptKey.of(HexFormat.of().parseHex(place.secret()));
  }

  private static NetSettings settings(Place place, Tuning tuning) {
    return new NetSettings(
        place.host(), TIMEOUT, StallPolicy.failAfter(TIMEOUT), Optional.empty(), tuning);
  }

  private static Seconds measure(
      Request request, Map<Contender, Exercise> exercises, FloatVector memory, SocketMesh mesh)
      throws IOException {
    Exercise exercise = exercises.get(request.contender());
    FloatVector vector = FloatVector.over(memory.bytes().slice(0, request.floats() * Float.BYTES));
    if (request.contender() != Contender.ONE_WAY) {
      check(exercise, vector, mesh);
    }
    fill(vector.floats());
    for (int i = 0; i < request.warmups(); i++) {
      exercise.perform(vector);
    }
    long start = System.nanoTime();
    for (int i = 0; i < request.repetitions(); i++) {
      exercise.perform(vector);
    }
    return new Seconds((System.nanoTime() - start) / 1e9 / request.repetitions());
  }

  /** Small whole numbers, whose sum is exact in any order and in 8 bits. */
  private static void check(Exercise exercise, FloatVector vector, SocketMesh mesh)
      throws IOException {
    FloatBuffer floats = vector.floats();
    for (int i = 0; i < floats.capacity(); i++) {
      floats.put(i, mesh.rank() + i % VALUES);
    }
    exercise.perform(vector);
    int ranks = mesh.size() * (mesh.size() - 1) / 2;
    for (int i = 0; i < floats.capacity(); i++) {
      if (floats.get(i) != ranks + mesh.size() * (i % VALUES)) {
        throw new LockstepException(
            FailureKind.INTERNAL,
            "Found a wrong sum at float %d of %d: %s"
                .formatted(i, floats.capacity(), floats.get(i)));
      }
    }
  }

  /**
   * Infinite numbers stay what they are however often they are added up, and unlike zeros take as
   * much room as any other.
   */
  private static void fill(FloatBuffer floats) {
    for (int i = 0; i < floats.capacity(); i++) {
      floats.put(i, Float.POSITIVE_INFINITY);
    }
  }
}
