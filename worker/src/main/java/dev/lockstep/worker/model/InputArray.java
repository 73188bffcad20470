package dev.lockstep.worker.model;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The array of one input of a network: the samples as they are, or some of their elements.
 *
 * @param array [capacity, elements]
 * @param chosen elements that are copied into the array; empty where it is the samples' own
 */
record InputArray(INDArray array, Optional<int[]> chosen) {
  /**
   * @param elements of a sample, in the order of the input
   * @param samples [capacity, width]
   */
  static InputArray of(List<Integer> elements, INDArray samples, int capacity) {
    if (elements.equals(IntStream.range(0, (int) samples.size(1)).boxed().toList())) {
      return new InputArray(samples, Optional.empty());
    }
    INDArray own = Nd4j.create(DataType.FLOAT, new long[] {capacity, elements.size()}, 'c');
    int[] chosen = elements.stream().mapToInt(Integer::intValue).toArray();
    return new InputArray(own, Optional.of(chosen));
  }

  /**
   * Copies what belongs to this input.
   *
   * @param features of all samples, one after the other
   * @param width elements of a sample
   */
  void gather(FloatBuffer features, int width, int samples) {
    chosen.ifPresent(elements -> gather(features, width, samples, elements));
  }

  private void gather(FloatBuffer features, int width, int samples, int[] elements) {
    FloatBuffer own = array.data().asNioFloat();
    for (int sample = 0; sample < samples; sample++) {
      for (int i = 0; i < elements.length; i++) {
        own.put(sample * elements.length + i, features.get(sample * width + elements[i]));
      }
    }
  }
}
