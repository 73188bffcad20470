/**
 * A network of DL4J, be it a stack of layers (MultiLayerNetwork) or a graph (ComputationGraph),
 * behind one type: made from its configuration, taken apart into gradient and update, asked for
 * outputs and losses. What belongs here is where the two kinds differ; what a network is used for
 * belongs to {@code worker.model}, {@code worker.evaluation} and their callers.
 */
package dev.lockstep.worker.network;
