package dev.lockstep.worker.evaluation;

/**
 * How a split is cut for evaluation. Both cuts decide bits, since a sample's output depends on the
 * batch around it, so training and the evaluation of a trained model take them from here.
 */
public final class EvaluationCut {
  /** Samples of one forward pass. */
  public static final int BATCH = 256;

  private static final int MOST_LANES = 256;

  private EvaluationCut() {}

  /**
   * Lanes of an evaluation: those of the job, up to a number beyond which batches would only get
   * small.
   */
  public static int lanes(int lanesOfJob) {
    return Math.min(lanesOfJob, MOST_LANES);
  }
}
