package dev.lockstep.driver.bench.exchange;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.driver.bench.process.ParentLink;
import dev.lockstep.worker.collective.FloatVector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.FloatBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** One process of an exchange: connects with the others and performs what it is asked to. */
final class ExchangeWorker {
  private ExchangeWorker() {}

  /**
   * The place of a process.
   *
   * @param host its address
   * @param floats of the largest vector that it will be asked for
   */
  record Place(int rank, String host, int floats) {}

  /** Where a process listens. */
  record Listening(String host, int port) {}

  /** All processes in the order of their ranks. */
  record Everyone(List<Listening> processes) {}

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
    try (SocketMesh mesh = new SocketMesh(place.rank(), place.host())) {
      parent.answer(new Listening(place.host(), mesh.port()));
      Everyone everyone = parent.next(Everyone.class);
      mesh.connect(
          everyone.processes().stream()
              .map(process -> new InetSocketAddress(process.host(), process.port()))
              .toList());
      Map<Contender, Exercise> exercises = new EnumMap<>(Contender.class);
      exercises.put(Contender.PLAIN, new PlainAllReduce(mesh));
      exercises.put(Contender.ONE_WAY, new OneWay(mesh));
      parent.answer(everyone);
      while (true) {
        parent.answer(measure(parent.next(Request.class), exercises, memory, mesh));
      }
    }
  }

  private static Seconds measure(
      Request request, Map<Contender, Exercise> exercises, FloatVector memory, SocketMesh mesh)
      throws IOException {
    Exercise exercise = exercises.get(request.contender());
    FloatVector vector = FloatVector.over(memory.bytes().slice(0, request.floats() * Float.BYTES));
    if (request.contender() != Contender.ONE_WAY) {
      check(exercise, vector, mesh);
    }
    clear(vector.floats());
    for (int i = 0; i < request.warmups(); i++) {
      exercise.perform(vector);
    }
    long start = System.nanoTime();
    for (int i = 0; i < request.repetitions(); i++) {
      exercise.perform(vector);
    }
    return new Seconds((System.nanoTime() - start) / 1e9 / request.repetitions());
  }

  /** Whole numbers, whose sum is exact in any order. */
  private static void check(Exercise exercise, FloatVector vector, SocketMesh mesh)
      throws IOException {
    FloatBuffer floats = vector.floats();
    for (int i = 0; i < floats.capacity(); i++) {
      floats.put(i, mesh.rank() + i % 1000);
    }
    exercise.perform(vector);
    int ranks = mesh.size() * (mesh.size() - 1) / 2;
    for (int i = 0; i < floats.capacity(); i++) {
      if (floats.get(i) != ranks + mesh.size() * (i % 1000)) {
        throw new LockstepException(
            FailureKind.INTERNAL,
            "Found a wrong sum at float %d of %d: %s"
                .formatted(i, floats.capacity(), floats.get(i)));
      }
    }
  }

  /** Zeros stay zeros however often they are added up. */
  private static void clear(FloatBuffer floats) {
    for (int i = 0; i < floats.capacity(); i++) {
      floats.put(i, 0);
    }
  }
}
