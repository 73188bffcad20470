package dev.lockstep.worker.network;

import dev.lockstep.worker.collective.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;

/**
 * What lies where in the flat gradient.
 *
 * @param trainables in the order of the flat vector
 */
record FlatLayout(List<Trainable> trainables) {
  /** Whether some layer's gradient is normalised or clipped, which is left to DL4J. */
  boolean normalises() {
    return trainables.stream()
        .map(layer -> layer.getConfig().getGradientNormalization())
        .anyMatch(kind -> kind != null && kind != GradientNormalization.None);
  }

  /** Whether some layer's parameters are held to a constraint after every update. */
  boolean constrains() {
    return trainables.stream()
        .flatMap(FlatLayout::layer)
        .map(layer -> layer.conf().getLayer().getConstraints())
        .anyMatch(constraints -> constraints != null && !constraints.isEmpty());
  }

  /** The layer itself, the layer at a vertex, or none. */
  private static Stream<Layer> layer(Trainable trainable) {
    if (trainable instanceof GraphVertex vertex) {
      return vertex.hasLayer() ? Stream.of(vertex.getLayer()) : Stream.empty();
    }
    return Stream.of((Layer) trainable);
  }

  /** The part that belongs to each layer with parameters. */
  List<Span> layers() {
    List<Span> spans = new ArrayList<>();
    int start = 0;
    for (Trainable layer : trainables) {
      int length = Math.toIntExact(layer.numParams());
      if (length > 0) {
        spans.add(new Span(start, start + length));
      }
      start += length;
    }
    return spans;
  }

  /** The parts that hold statistics. */
  List<Span> statistics() {
    List<Span> spans = new ArrayList<>();
    int start = 0;
    for (Trainable layer : trainables) {
      for (var parameter : layer.paramTable(false).entrySet()) {
        int length = Math.toIntExact(parameter.getValue().length());
        if (length > 0 && !layer.updaterDivideByMinibatch(parameter.getKey())) {
          spans.add(new Span(start, start + length));
        }
        start += length;
      }
    }
    return spans;
  }
}
