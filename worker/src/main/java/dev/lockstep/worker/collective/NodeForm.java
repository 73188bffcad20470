package dev.lockstep.worker.collective;

/**
 * In which form the nodes of a {@link LaneTree} are kept and exchanged: the same on all ranks.
 *
 * @param rounding decides about the sum
 * @param coding decides about the bytes that are sent, never about the sum
 */
public record NodeForm(Rounding rounding, Coding coding) {
  /** Every float as it is. */
  public static final NodeForm EXACT = new NodeForm(Rounding.NONE, new Coding.Plain());

  /** The same for a part of the vector that is exchanged as a vector of its own. */
  public NodeForm within(Span part) {
    return new NodeForm(rounding.within(part), coding);
  }
}
