package dev.lockstep.worker.network;

import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where the parameters of a network lie, and the state of its optimizer.
 *
 * @param parameters [parameters]
 * @param updaterState of a trainer; empty where the optimizer has none, or none is given
 */
public record ModelMemory(INDArray parameters, Optional<INDArray> updaterState) {}
