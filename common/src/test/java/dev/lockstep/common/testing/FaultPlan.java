package dev.lockstep.common.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What goes wrong in a {@link FaultFileSystem}, and the operations that it has seen. The file
 * system is made by Hadoop, which hands over text only: a plan is found by the id in its settings.
 */
public final class FaultPlan implements AutoCloseable {
  static final String ID = "lockstep.test.fault-plan";

  private static final Map<String, FaultPlan> PLANS = new ConcurrentHashMap<>();

  /** How an operation goes wrong. */
  public enum Mode {
    /** It is not done. */
    FAIL_BEFORE,
    /** It is done, and its caller is told otherwise. */
    FAIL_AFTER,
    /** It is not done, nor is anything after it. */
    CRASH_BEFORE,
    /** It is the last that is done. */
    CRASH_AFTER
  }

  /** What an operation does, once it is allowed to. */
  interface Operation<T> {
    T run() throws IOException;
  }

  private final String id = UUID.randomUUID().toString();
  private final List<String> seen = new ArrayList<>();
  private Predicate<String> target = operation -> false;
  private Mode mode = Mode.FAIL_BEFORE;
  private Supplier<IOException> failure = () -> new IOException("injected");
  private int times;
  private boolean crashed;

  private FaultPlan() {}

  /** A plan without a fault. */
  public static FaultPlan create() {
    FaultPlan plan = new FaultPlan();
    PLANS.put(plan.id, plan);
    return plan;
  }

  static FaultPlan of(String id) {
    return PLANS.get(id);
  }

  /** Settings by which a storage knows the schemes {@code faulty} and {@code object}. */
  public Map<String, String> settings() {
    return Map.of(
        ID,
        id,
        "fs.faulty.impl",
        FaultFileSystem.class.getName(),
        "fs.faulty.impl.disable.cache",
        "true",
        "fs.AbstractFileSystem.faulty.impl",
        FaultFileContext.class.getName(),
        "fs.object.impl",
        ObjectFileSystem.class.getName(),
        "fs.object.impl.disable.cache",
        "true",
        "lockstep.object-store.schemes",
        "object");
  }

  /** From here on, nothing goes wrong. */
  public synchronized void heal() {
    times = 0;
    crashed = false;
  }

  /** From here on, the k-th operation (counted from 1) goes wrong. */
  public synchronized void breakOperation(int k, Mode how) {
    seen.clear();
    breakEach(1, operation -> seen.size() == k, how);
  }

  /** From here on, the first so many operations that match go wrong. */
  public synchronized void breakEach(int count, Predicate<String> operations, Mode how) {
    times = count;
    target = operations;
    mode = how;
  }

  /** What failing operations throw. */
  public synchronized void failWith(Supplier<IOException> thrown) {
    failure = thrown;
  }

  /** Operations since the plan was made or last changed by {@link #breakOperation}. */
  public synchronized List<String> operations() {
    return List.copyOf(seen);
  }

  @Override
  public void close() {
    PLANS.remove(id);
  }

  /**
   * Does an operation as far as the plan lets it.
   *
   * @param name its kind and path
   */
  synchronized <T> T run(String name, Operation<T> operation) throws IOException {
    seen.add(name);
    if (crashed) {
      throw new IOException("crashed before " + name);
    }
    if (times == 0 || !target.test(name)) {
      return operation.run();
    }
    times--;
    crashed = mode == Mode.CRASH_BEFORE || mode == Mode.CRASH_AFTER;
    if (mode == Mode.FAIL_AFTER || mode == Mode.CRASH_AFTER) {
      operation.run();
    }
    throw failure.get();
  }
}
