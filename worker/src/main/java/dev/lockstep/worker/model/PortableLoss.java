package dev.lockstep.worker.model;

import org.nd4j.linalg.lossfunctions.ILossFunction;

/** A loss that DL4J lacks, with the one of DL4J that may stand for it in a saved model. */
interface PortableLoss extends ILossFunction {
  ILossFunction portable();
}
