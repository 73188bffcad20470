package dev.lockstep.worker.compute.lean;

import java.lang.ref.Reference;
import java.util.Optional;

/**
 * Forward and backward pass of an LSTM through a batch of sequences that begin at nothing: two
 * matrix products a time step on the way forth, four on the way back. The arrays are held until the
 * way back is through, since a pointer does not keep the memory of its array; before, whoever keeps
 * the pass for the way back holds them.
 *
 * @param inputs [samples, inputs, time]
 * @param gates [samples, 4 units, time]: the activations, after the backward pass the gradient of
 *     the pre-activations
 * @param states [samples, units, time]
 * @param outputs [samples, units, time]
 */
record LstmPass(
    LstmCell cell, TimeSteps inputs, TimeSteps gates, TimeSteps states, TimeSteps outputs) {

  /** Leaves gates, states and outputs. */
  void forward(LstmWeights weights) {
    cell.beginForward(weights.biases());
    for (int step = 0; step < inputs.count(); step++) {
      Columns preActivation = gates.at(step);
      preActivation.assign(inputs.at(step), weights.input());
      if (step > 0) {
        preActivation.add(outputs.at(step - 1), weights.recurrent());
      }
      gates.read(step, cell.gates());
      cell.forward();
      gates.write(step, cell.gates());
      states.write(step, cell.state);
      outputs.write(step, cell.output);
    }
  }

  /**
   * Leaves the gradient of the parameters.
   *
   * @param epsilon gradient of the outputs
   * @param carried room for one time step of it
   * @param inputGradient where the gradient of the inputs is wanted
   */
  void backward(
      LstmWeights weights,
      LstmWeights gradient,
      TimeSteps epsilon,
      TimeSteps carried,
      Optional<TimeSteps> inputGradient) {
    cell.beginBackward();
    try {
      for (int step = inputs.count() - 1; step >= 0; step--) {
        carry(step, weights, carried);
        backThroughCell(step, epsilon);
        addGradient(step, gradient);
        if (inputGradient.isPresent()) {
          inputGradient.get().at(step).assign(gates.at(step), weights.input().transpose());
        }
      }
    } finally {
      Reference.reachabilityFence(this);
      Reference.reachabilityFence(epsilon);
      Reference.reachabilityFence(carried);
      Reference.reachabilityFence(inputGradient);
    }
    cell.endBackward(gradient.biases());
  }

  /** The last time step has nobody after it. */
  private void carry(int step, LstmWeights weights, TimeSteps carried) {
    if (step < inputs.count() - 1) {
      carried.at(0).assign(gates.at(step + 1), weights.recurrent().transpose());
      carried.read(0, cell.carried);
    }
  }

  private void backThroughCell(int step, TimeSteps epsilon) {
    gates.read(step, cell.gates());
    states.read(step, cell.state);
    if (step > 0) {
      states.read(step - 1, cell.before);
    } else {
      cell.comeFromNothing();
    }
    epsilon.read(step, cell.output);
    cell.backward();
    gates.write(step, cell.gates());
  }

  /** The last time step comes first, and takes the place of what was there. */
  private void addGradient(int step, LstmWeights gradient) {
    Columns delta = gates.at(step);
    boolean first = step == inputs.count() - 1;
    if (first) {
      gradient.input().assign(inputs.at(step).transpose(), delta);
    } else {
      gradient.input().add(inputs.at(step).transpose(), delta);
    }
    if (step > 0 && first) {
      gradient.recurrent().assign(outputs.at(step - 1).transpose(), delta);
    } else if (step > 0) {
      gradient.recurrent().add(outputs.at(step - 1).transpose(), delta);
    }
  }
}
