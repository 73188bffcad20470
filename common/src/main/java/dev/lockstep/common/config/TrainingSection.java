package dev.lockstep.common.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.common.config.binding.Choice;
import dev.lockstep.common.config.binding.Key;
import dev.lockstep.common.config.binding.MapType;
import dev.lockstep.common.config.binding.NamedConstants;
import dev.lockstep.common.config.binding.Scalar;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.config.binding.Values;
import java.util.Optional;

/** Keys of section {@code training}. */
final class TrainingSection extends MapType<TrainingConfig> {
  private static final int USUAL_MICROBATCH = 32;
  private static final ValueType<GlobalBatchSize> BATCH =
      new Scalar<>("a whole number >= 1, or all", TrainingSection::batchSize);

  private final Key<Integer> epochs =
      key("epochs", Types.count(1), "10", "passes over the training part");
  private final Key<GlobalBatchSize> globalBatchSize =
      key(
          "global-batch-size",
          BATCH,
          "128",
          "samples that one optimizer step sees; all: the whole training part");
  private final Key<Integer> microbatchSize =
      optional(
          "microbatch-size",
          Types.count(1),
          "32 where that divides the global batch size, else the global batch size",
          "samples of one forward and backward pass; divides the global batch size");
  private final Key<Long> seed =
      key(
          "seed",
          Types.wholeNumber(),
          "42",
          "of everything random: initial weights, split, order of samples, dropout");
  private final Key<Boolean> shuffle =
      key("shuffle", Types.truth(), "true", "false: the samples keep the order of the input");
  private final Key<Optimizer> optimizer =
      key("optimizer", OptimizerSections.choice(), "adam", "how a gradient becomes an update");
  private final Key<Combine> combine =
      key(
          "combine",
          CombineSections.choice(),
          "gradient-sharing",
          "how the lanes become one model");
  private final Key<TrainingConfig.LossReduction> lossReduction =
      key(
          "loss-reduction",
          new NamedConstants<>(TrainingConfig.LossReduction.class),
          "mean",
          "what a step's gradient is, given those of its samples");
  private final Key<GradientClipping> gradientClipping =
      key(
          "gradient-clipping",
          clipping(),
          "none",
          "a bound on the gradient that the optimizer sees: the combined one of a step,"
              + " or each lane's own with parameter-averaging");
  private final Key<OnDivergence> onDivergence =
      key(
          "on-divergence",
          OnDivergenceSections.choice(),
          "stop",
          "what is done when the loss or a parameter becomes NaN or infinite");
  private final Key<Exchange> exchange =
      key(
          "exchange",
          new ExchangeSection(),
          "{}",
          "what is exchanged of the lanes' gradients; with gradient-sharing alone");
  private final Key<Compute> compute =
      key(
          "compute",
          new NamedConstants<>(Compute.class),
          "auto",
          "auto: each layer by the cheapest path whose gradient agrees with DL4J's;"
              + " dl4j: by DL4J alone");

  @Override
  protected void check(Values values) {
    values.both(
        microbatchSize,
        globalBatchSize,
        (micro, global) -> {
          if (global.kind() == GlobalBatchSize.Kind.SAMPLES && global.samples() % micro != 0) {
            values.problem(
                "'%s' is %d but must divide '%s' (%d)"
                    .formatted(
                        values.pathOf(microbatchSize),
                        micro,
                        values.pathOf(globalBatchSize),
                        global.samples()));
          }
        });
    values.both(globalBatchSize, combine, (global, c) -> checkGroups(values, global, c));
    values.both(optimizer, onDivergence, (o, d) -> checkRates(values, o, d));
    values.both(combine, exchange, (c, e) -> checkExchange(values, c, e));
  }

  private void checkGroups(Values values, GlobalBatchSize global, Combine how) {
    int micro = values.find(microbatchSize).orElseGet(() -> microbatchFor(global));
    if (global.kind() == GlobalBatchSize.Kind.SAMPLES && global.samples() % micro == 0) {
      how.problemWith(global.samples() / micro).ifPresent(values::problem);
    }
  }

  private void checkRates(Values values, Optimizer rule, OnDivergence remedy) {
    if (rule instanceof Optimizer.AdaDelta && remedy instanceof OnDivergence.Rollback) {
      values.problem(
          "'%s' is rollback but '%s' is adadelta, which has no learning rate"
              .formatted(values.pathOf(onDivergence), values.pathOf(optimizer)));
    }
  }

  private void checkExchange(Values values, Combine way, Exchange what) {
    if (way instanceof Combine.ParameterAveraging && !what.equals(Exchange.ALL)) {
      values.problem(
          "'%s' is given but '%s' is parameter-averaging, which exchanges parameters as they are"
              .formatted(values.pathOf(exchange), values.pathOf(combine)));
    }
  }

  @Override
  protected TrainingConfig build(Values values) {
    GlobalBatchSize global = values.get(globalBatchSize);
    return new TrainingConfig(
        values.get(epochs),
        global,
        values.find(microbatchSize).orElseGet(() -> microbatchFor(global)),
        values.get(seed),
        values.get(shuffle) ? TrainingConfig.Order.SHUFFLED : TrainingConfig.Order.INPUT,
        values.get(optimizer),
        values.get(combine),
        values.get(lossReduction),
        values.get(gradientClipping),
        values.get(onDivergence),
        values.get(compute),
        values.find(exchange).filter(what -> !what.equals(Exchange.ALL)));
  }

  private static int microbatchFor(GlobalBatchSize global) {
    return switch (global.kind()) {
      case ALL -> USUAL_MICROBATCH;
      case SAMPLES ->
          global.samples() % USUAL_MICROBATCH == 0 ? USUAL_MICROBATCH : global.samples();
    };
  }

  private static Optional<GlobalBatchSize> batchSize(JsonNode node) {
    return node.asText().equals("all")
        ? Optional.of(GlobalBatchSize.ALL)
        : Types.asCount(node, 1).map(GlobalBatchSize::of);
  }

  private static ValueType<GradientClipping> clipping() {
    return new Choice<GradientClipping>()
        .or("none", new EmptySection<>(new GradientClipping.None()), "no bound")
        .or(
            "value",
            limit().map(GradientClipping.ByValue::new),
            "each element between minus and plus this")
        .or(
            "norm",
            limit().map(GradientClipping.ByNorm::new),
            "each layer's gradient scaled down to an L2 norm of at most this");
  }

  private static ValueType<Double> limit() {
    return Types.number("a number > 0", limit -> limit > 0);
  }
}
