package dev.lockstep.worker.compute.lean;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * What an LSTM computes in a time step between its matrix products, on the heap, since loops over
 * native memory are not vectorised:
 *
 * <pre>
 * i = a(z_i + b_i)       f, o, g = s(z + b)
 * c = f c_before + g i   h = o a(c)
 * </pre>
 *
 * <p>The loops are many and small: the JIT compiler does not vectorise a long one. Every matrix is
 * [samples, units] column after column.
 */
final class LstmCell {
  private final int samples;
  private final int units;
  private final Squash squash;
  private final Gate candidate;
  private final Gate forget;
  private final Gate exit;
  private final Gate entry;
  private final List<Gate> gates;
  private final float[] stateGradient;
  private final float[] squashed;
  private final float[] aside;

  /** The state c. */
  final float[] state;

  /** The state of the time step before. */
  final float[] before;

  /** The output h; on the way back its gradient. */
  final float[] output;

  /** What the later time step adds to the gradient of the output. */
  final float[] carried;

  /**
   * @param squash a, of candidate and state
   * @param gate s, of the other gates
   */
  LstmCell(Squash squash, Squash gate, int samples, int units) {
    this.squash = squash;
    this.samples = samples;
    this.units = units;
    this.candidate = new Gate(squash, samples, units);
    this.forget = new Gate(gate, samples, units);
    this.exit = new Gate(gate, samples, units);
    this.entry = new Gate(gate, samples, units);
    this.gates = List.of(candidate, forget, exit, entry);
    this.state = new float[samples * units];
    this.before = new float[samples * units];
    this.stateGradient = new float[samples * units];
    this.squashed = new float[samples * units];
    this.aside = new float[samples * units];
    this.output = new float[samples * units];
    this.carried = new float[samples * units];
  }

  int samples() {
    return samples;
  }

  /** In the order of DL4J's weights. */
  List<Gate> gates() {
    return gates;
  }

  /**
   * Before the first time step.
   *
   * @param biases [4 units], gate after gate
   */
  void beginForward(FloatBuffer biases) {
    int from = 0;
    for (Gate gate : gates) {
      gate.takeBiases(biases, from);
      from += units;
    }
    Arrays.fill(state, 0f);
  }

  /** From pre-activations and the state before to gates, state and output. */
  void forward() {
    gates.forEach(Gate::activate);
    renew(state, forget.values, entry.values, candidate.values);
    squash.apply(state, squashed);
    multiply(exit.values, squashed, output);
  }

  private static void renew(float[] c, float[] f, float[] g, float[] i) {
    for (int k = 0; k < c.length; k++) {
      c[k] = f[k] * c[k] + g[k] * i[k];
    }
  }

  /** Leaves the product element by element. */
  private static void multiply(float[] left, float[] right, float[] target) {
    for (int k = 0; k < target.length; k++) {
      target[k] = left[k] * right[k];
    }
  }

  /** In the first time step there is no state before. */
  void comeFromNothing() {
    Arrays.fill(before, 0f);
  }

  /** Before the last time step. */
  void beginBackward() {
    gates.forEach(Gate::clearBiasGradient);
    Arrays.fill(stateGradient, 0f);
    Arrays.fill(carried, 0f);
  }

  /** From gates, states and the gradient of the output to the gates' gradient. */
  void backward() {
    squash.apply(state, squashed);
    add(output, carried);
    enterState(stateGradient, output, exit.values, squashed, squash.floor());
    exit.takeBack(output, squashed);
    System.arraycopy(candidate.values, 0, aside, 0, aside.length);
    candidate.takeBack(stateGradient, entry.values);
    entry.takeBack(stateGradient, aside);
    multiply(stateGradient, forget.values, aside);
    forget.takeBack(stateGradient, before);
    System.arraycopy(aside, 0, stateGradient, 0, aside.length);
    gates.forEach(Gate::addToBiasGradient);
  }

  private static void add(float[] dh, float[] carried) {
    for (int k = 0; k < dh.length; k++) {
      dh[k] += carried[k];
    }
  }

  private static void enterState(float[] dc, float[] dh, float[] o, float[] y, float floor) {
    for (int k = 0; k < dc.length; k++) {
      dc[k] += dh[k] * o[k] * ((1f - y[k]) * (y[k] - floor));
    }
  }

  /**
   * After the first time step.
   *
   * @param biasGradient [4 units], gate after gate, to be filled
   */
  void endBackward(FloatBuffer biasGradient) {
    int from = 0;
    for (Gate gate : gates) {
      gate.putBiasGradient(biasGradient, from);
      from += units;
    }
  }
}
