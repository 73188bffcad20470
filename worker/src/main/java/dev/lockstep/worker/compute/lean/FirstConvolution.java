package dev.lockstep.worker.compute.lean;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasColMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemv;

import dev.lockstep.worker.compute.lean.Patches.Extent;
import dev.lockstep.worker.compute.lean.Patches.Geometry;
import dev.lockstep.worker.network.LayerSlot.Feed;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.params.ConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * A convolution of the features: its weights' gradient by itself, since oneDNN's comes with the
 * gradient of the features, which nobody asks for and which costs most of the way back where there
 * are few channels. Images have their channels first.
 *
 * <p>The gradient is, summed over the samples, delta [filters, places] times the patches of the
 * input that the filters saw [places, channels x kernel].
 */
final class FirstConvolution extends MKLDNNConvHelper {
  private final Feed feed;
  private Patches patches;
  private FloatBuffer columnFloats;
  private FloatPointer columns;
  private FloatPointer ones;

  FirstConvolution(Feed feed) {
    super(DataType.FLOAT);
    this.feed = feed;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray input,
      INDArray weights,
      INDArray bias,
      INDArray delta,
      int[] kernel,
      int[] strides,
      int[] padding,
      INDArray biasGradient,
      INDArray weightGradient,
      IActivation function,
      ConvolutionLayer.AlgoMode mode,
      ConvolutionLayer.BwdFilterAlgo filterAlgorithm,
      ConvolutionLayer.BwdDataAlgo dataAlgorithm,
      ConvolutionMode convolutionMode,
      int[] dilation,
      CNN2DFormat format,
      LayerWorkspaceMgr workspaces) {
    Geometry geometry =
        new Geometry(
            new Extent((int) input.size(2), (int) input.size(3)),
            new Extent((int) delta.size(2), (int) delta.size(3)),
            Extent.of(kernel),
            Extent.of(strides),
            Extent.of(padding),
            Extent.of(dilation),
            (int) input.size(1));
    INDArray images = contiguous(input);
    INDArray deltas = contiguous(delta);
    try {
      gradient(images, deltas, weightGradient, biasGradient, geometry);
    } finally {
      // A pointer does not keep the memory of its array.
      Reference.reachabilityFence(images);
      Reference.reachabilityFence(deltas);
    }
    return new Pair<>(
        named(weightGradient, biasGradient), Unasked.gradient(feed, input, workspaces));
  }

  private void gradient(
      INDArray input, INDArray delta, INDArray weightGradient, INDArray bias, Geometry geometry) {
    makeReady(geometry);
    int filters = (int) delta.size(1);
    FloatBuffer images = input.data().asNio().order(ByteOrder.nativeOrder()).asFloatBuffer();
    FloatPointer deltas = new FloatPointer(delta.data().pointer());
    Columns seen = Columns.at(columns, geometry.places(), geometry.patch()).transpose();
    Columns gradients = Columns.at(deltas, geometry.places(), filters);
    Columns target = Columns.at(at(weightGradient), geometry.patch(), filters);
    for (int sample = 0; sample < input.size(0); sample++) {
      patches.of(images, sample, columnFloats);
      deltas.position((long) sample * filters * geometry.places());
      if (sample == 0) {
        target.assign(seen, gradients);
      } else {
        target.add(seen, gradients);
      }
    }
    if (bias != null) {
      biasGradient(deltas, (int) input.size(0), filters, geometry.places(), at(bias));
    }
  }

  /** Sums over samples and places. */
  private void biasGradient(
      FloatPointer deltas, int samples, int filters, int places, FloatPointer bias) {
    for (int sample = 0; sample < samples; sample++) {
      deltas.position((long) sample * filters * places);
      cblas_sgemv(
          CblasColMajor,
          CblasTrans,
          places,
          filters,
          1f,
          deltas,
          places,
          ones,
          1,
          sample == 0 ? 0f : 1f,
          bias,
          1);
    }
  }

  private void makeReady(Geometry geometry) {
    if (patches == null || !patches.geometry().equals(geometry)) {
      patches = new Patches(geometry);
      ByteBuffer memory =
          ByteBuffer.allocateDirect(geometry.patch() * geometry.places() * Float.BYTES);
      columnFloats = memory.order(ByteOrder.nativeOrder()).asFloatBuffer();
      columns = new FloatPointer(columnFloats);
      float[] once = new float[geometry.places()];
      Arrays.fill(once, 1f);
      ones = new FloatPointer(once);
    }
  }

  private static Gradient named(INDArray weightGradient, INDArray biasGradient) {
    Gradient gradient = new DefaultGradient();
    if (biasGradient != null) {
      gradient.gradientForVariable().put(ConvolutionParamInitializer.BIAS_KEY, biasGradient);
    }
    gradient.gradientForVariable().put(ConvolutionParamInitializer.WEIGHT_KEY, weightGradient);
    return gradient;
  }

  private static FloatPointer at(INDArray view) {
    return new FloatPointer(view.data().pointer()).position(view.offset());
  }

  private static INDArray contiguous(INDArray array) {
    return array.offset() == 0 && Shape.hasDefaultStridesForShape(array) ? array : array.dup('c');
  }
}
