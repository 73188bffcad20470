package dev.lockstep.worker.compute.lean;

import java.util.Optional;

/**
 * Forward and backward pass of an LSTM through a batch of sequences that begin at nothing: two
 * matrix products a time step on the way forth, four on the way back.
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
    int last = inputs.count() - 1;
    cell.beginBackward();
    for (int step = last; step >= 0; step--) {
      if (step < last) {
        carried.at(0).assign(gates.at(step + 1), weights.recurrent().transpose());
        carried.read(0, cell.carried);
      }
      backThroughCell(step, epsilon);
      addGradient(step, gradient);
      if (inputGradient.isPresent()) {
        inputGradient.get().at(step).assign(gates.at(step), weights.input().transpose());
      }
    }
    cell.endBackward(gradient.biases());
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
