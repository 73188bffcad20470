package dev.lockstep.worker.network;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.layers.FrozenLayer;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Stands in for a layer and tells when its backward pass has left its gradient. It has all of the
 * layer's interfaces, since DL4J asks a layer by {@code instanceof} whether it is recurrent or an
 * output.
 */
final class LayerHook implements InvocationHandler {
  private static final Set<String> BACKWARD = Set.of("backpropGradient", "tbpttBackpropGradient");

  /** What DL4J knows by its class, which no stand-in has. */
  private static final List<Class<? extends Layer>> KNOWN_BY_CLASS =
      List.of(FrozenLayer.class, FrozenLayerWithBackprop.class, MultiLayerNetwork.class);

  private final Layer layer;
  private final Runnable whenComplete;

  private LayerHook(Layer layer, Runnable whenComplete) {
    this.layer = layer;
    this.whenComplete = whenComplete;
  }

  /** Whether anybody can stand in for a layer, and its gradient is worth to be told of. */
  static boolean suits(Layer layer) {
    return layer.getGradientsViewArray() != null
        && KNOWN_BY_CLASS.stream().noneMatch(type -> type.isInstance(layer));
  }

  /**
   * A stand-in for a layer.
   *
   * @param whenComplete is called after every backward pass of the layer
   */
  static Layer around(Layer layer, Runnable whenComplete) {
    return (Layer)
        Proxy.newProxyInstance(
            LayerHook.class.getClassLoader(),
            interfacesOf(layer.getClass()).toArray(Class<?>[]::new),
            new LayerHook(layer, whenComplete));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    Object result;
    try {
      result = method.invoke(layer, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (BACKWARD.contains(method.getName())) {
      whenComplete.run();
    }
    return result;
  }

  private static Set<Class<?>> interfacesOf(Class<?> type) {
    Set<Class<?>> interfaces = new LinkedHashSet<>();
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      interfaces.addAll(List.of(c.getInterfaces()));
    }
    return interfaces;
  }
}
