package dev.lockstep.common.run;

/**
 * By which path a layer is computed, and why.
 *
 * @param layer name in the network, or its place in a stack
 * @param kind such as {@code DenseLayer}
 * @param reason such as "same bits as DL4J"
 */
public record LayerCompute(String layer, String kind, ComputePath path, String reason) {}
