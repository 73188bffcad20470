package dev.lockstep.worker.collective;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

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
  private final FloatChunks chunks = new FloatChunks();
  private final List<FloatVector> stack = new ArrayList<>();
  private final Deque<FloatVector> spare = new ArrayDeque<>();
  private NodeForm form = NodeForm.EXACT;
  private int added;

  /**
   * Sums that are exact unless a round has another form.
   *
   * @param length floats of a vector
   */
  public LaneSums(LaneTree tree, LaneRange range, int length) {
    this.length = length;
    this.additions = tree.additionsWithin(range);
  }

  /** Forgets all vectors: a new round begins, in the form of the last one. */
  public void clear() {
    clear(form);
  }

  /** Forgets all vectors: a new round begins, whose nodes have a form. */
  public void clear(NodeForm ofNodes) {
    form = ofNodes;
    if (additions.length > 1) {
      spare.addAll(stack);
    }
    stack.clear();
    added = 0;
  }

  /**
   * Takes the vector of the next lane; its content may change afterwards unless the rank has one
   * lane.
   */
  public void add(FloatVector vector) {
    stack.add(additions.length == 1 ? rounded(vector) : copy(vector));
    for (int i = 0; i < additions[added]; i++) {
      FloatVector right = stack.remove(stack.size() - 1);
      chunks.add(stack.get(stack.size() - 1).floats(), right.floats(), length, form.rounding());
      spare.push(right);
    }
    added++;
  }

  private FloatVector rounded(FloatVector vector) {
    if (!form.rounding().isNone()) {
      chunks.copy(vector.floats(), vector.floats(), length, form.rounding());
    }
    return vector;
  }

  private FloatVector copy(FloatVector vector) {
    FloatVector copy = spare.isEmpty() ? FloatVector.allocate(length) : spare.pop();
    if (form.rounding().isNone()) {
      copy.floats().put(0, vector.floats(), 0, length);
    } else {
      chunks.copy(copy.floats(), vector.floats(), length, form.rounding());
    }
    return copy;
  }

  /** The form of this round's nodes. */
  NodeForm form() {
    return form;
  }

  /** The sums of the largest subtrees that the rank's lanes form, in the order of lanes. */
  List<FloatVector> nodes() {
    if (added != additions.length) {
      throw new IllegalStateException(
          "Invalid number of lanes added: " + added + " (must be " + additions.length + ")");
    }
    return stack;
  }
}
