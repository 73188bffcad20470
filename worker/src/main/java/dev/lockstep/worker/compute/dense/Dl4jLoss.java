package dev.lockstep.worker.compute.dense;

import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * Any loss of DL4J, computed by DL4J in scratch memory.
 *
 * @param activation of the output layer
 */
record Dl4jLoss(ILossFunction loss, IActivation activation) implements LossHead {
  private static final String SCRATCH = "LOCKSTEP_LOSS";
  private static final WorkspaceConfiguration GROWS =
      WorkspaceConfiguration.builder()
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyReset(ResetPolicy.BLOCK_LEFT)
          .build();

  /** The loss first: its gradient may be computed in the pre-output's own memory. */
  @Override
  @SuppressWarnings("try") // the scratch memory is used by being open
  public double run(INDArray targets, float[] preOutput, StageMemory memory) {
    INDArray rows = memory.preOutput().array();
    memory.preOutput().floats().put(0, preOutput, 0, Math.toIntExact(rows.length()));
    try (MemoryWorkspace scratch =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(GROWS, SCRATCH)) {
      double sum = loss.computeScore(targets, rows, activation, null, false);
      memory.delta().array().assign(loss.computeGradient(targets, rows, activation, null));
      return sum;
    }
  }
}
