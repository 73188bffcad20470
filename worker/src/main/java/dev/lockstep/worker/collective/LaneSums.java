package dev.lockstep.worker.collective;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The partial sums of one rank: takes the vectors of its lanes one after another and adds them
 * along the {@link LaneTree}, so that never more than log2 M + 1 vectors are held.
 *
 * <p>A rank with a single lane hands out that lane's vector itself: nothing is copied, and where
 * nodes are rounded, so is that vector.
 */
public final class LaneSums {
  private final int length;
  private final int[] additions;
  private final Optional<CommonNodes> common;
  private final FloatChunks chunks = new FloatChunks();

  /** Memory for each place of the stack, common nodes first. */
  private final List<FloatVector> places = new ArrayList<>();

  private final List<FloatVector> stack = new ArrayList<>();
  private NodeForm form = NodeForm.EXACT;
  private int added;

  /**
   * Sums that are exact unless a round has another form.
   *
   * @param length floats of a vector
   */
  public LaneSums(LaneTree tree, LaneRange range, int length) {
    this(tree, range, length, Optional.empty());
  }

  /**
   * Sums whose nodes all ranks see.
   *
   * @param common in the first of which a rank with a single lane has that lane's vector
   */
  public LaneSums(LaneTree tree, LaneRange range, CommonNodes common) {
    this(tree, range, common.length(), Optional.of(common));
  }

  private LaneSums(LaneTree tree, LaneRange range, int length, Optional<CommonNodes> common) {
    this.length = length;
    this.additions = tree.additionsWithin(range);
    this.common = common;
    common.ifPresent(nodes -> places.addAll(nodes.own()));
  }

  /** Forgets all vectors: a new round begins, in the form of the last one. */
  public void clear() {
    clear(form);
  }

  /** Forgets all vectors: a new round begins, whose nodes have a form. */
  public void clear(NodeForm ofNodes) {
    form = ofNodes;
    stack.clear();
    added = 0;
  }

  /**
   * Takes the vector of the next lane; its content may change afterwards unless the rank has one
   * lane.
   */
  public void add(FloatVector vector) {
    push(additions.length == 1 ? rounded(vector) : copied(vector));
  }

  /** Takes zeros for the next lane. */
  public void addZeros() {
    FloatVector zeros = place();
    chunks.clear(zeros.floats(), length);
    push(zeros);
  }

  private void push(FloatVector vector) {
    stack.add(vector);
    for (int i = 0; i < additions[added]; i++) {
      FloatVector right = stack.remove(stack.size() - 1);
      chunks.add(stack.get(stack.size() - 1).floats(), right.floats(), length, form.rounding());
    }
    added++;
  }

  private FloatVector rounded(FloatVector vector) {
    if (!form.rounding().isNone()) {
      chunks.copy(vector.floats(), vector.floats(), length, form.rounding());
    }
    return vector;
  }

  private FloatVector copied(FloatVector vector) {
    FloatVector copy = place();
    if (form.rounding().isNone()) {
      copy.floats().put(0, vector.floats(), 0, length);
    } else {
      chunks.copy(copy.floats(), vector.floats(), length, form.rounding());
    }
    return copy;
  }

  /** Memory for what comes next onto the stack. */
  private FloatVector place() {
    if (places.size() == stack.size()) {
      places.add(FloatVector.allocate(length));
    }
    return places.get(stack.size());
  }

  /** The form of this round's nodes. */
  NodeForm form() {
    return form;
  }

  /** The nodes of all ranks, where these are among them: complete, as {@link #nodes} are. */
  Optional<CommonNodes> common() {
    requireAll();
    return common;
  }

  /** The sums of the largest subtrees that the rank's lanes form, in the order of lanes. */
  List<FloatVector> nodes() {
    requireAll();
    return stack;
  }

  private void requireAll() {
    if (added != additions.length) {
      throw new IllegalStateException(
          "Invalid number of lanes added: " + added + " (must be " + additions.length + ")");
    }
  }
}
