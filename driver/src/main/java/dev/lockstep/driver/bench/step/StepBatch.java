package dev.lockstep.driver.bench.step;

import java.util.List;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A batch of random features, each sample of one class. */
record StepBatch(List<INDArray> features, List<INDArray> classes) {
  static StepBatch random(StepCase of) {
    long[] shape = new long[of.features().size() + 1];
    shape[0] = StepPace.SAMPLES;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = of.features().get(i - 1);
    }
    Random random = new Random(1);
    INDArray targets = Nd4j.zeros(StepPace.SAMPLES, StepNetworks.CLASSES);
    for (int sample = 0; sample < StepPace.SAMPLES; sample++) {
      targets.putScalar(sample, random.nextInt(StepNetworks.CLASSES), 1);
    }
    return new StepBatch(List.of(Nd4j.rand(shape)), List.of(targets));
  }

  INDArray[] inputs() {
    return features.toArray(INDArray[]::new);
  }

  INDArray[] targets() {
    return classes.toArray(INDArray[]::new);
  }
}
