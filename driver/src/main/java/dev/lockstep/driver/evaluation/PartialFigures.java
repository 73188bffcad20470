package dev.lockstep.driver.evaluation;

import dev.lockstep.common.data.LabelSchema;
import dev.lockstep.driver.predict.RowAccount;
import dev.lockstep.worker.evaluation.EvaluationSums;
import java.io.Serializable;
import java.util.List;

/** What one task found: a row of sums, and the account of its rows. */
final class PartialFigures implements Serializable {
  private static final long serialVersionUID = 1L;

  private final double[] sums;
  private final RowAccount account;

  PartialFigures(EvaluationSums sums, RowAccount account) {
    this(sums.toRow(), account);
  }

  private PartialFigures(double[] sums, RowAccount account) {
    this.sums = sums;
    this.account = account;
  }

  double[] sums() {
    return sums.clone();
  }

  /** Both parts in one; the order of additions decides the last bits of the loss. */
  PartialFigures plus(PartialFigures next) {
    double[] total = sums();
    for (int i = 0; i < total.length; i++) {
      total[i] += next.sums[i];
    }
    return new PartialFigures(total, account.plus(next.account));
  }

  /** Adds up parts in their order. */
  static Figures sum(String data, LabelSchema label, List<PartialFigures> parts) {
    PartialFigures total =
        parts.stream()
            .reduce(
                new PartialFigures(EvaluationSums.of(label), RowAccount.NONE),
                PartialFigures::plus);
    return new Figures(data, EvaluationSums.ofRow(label, total.sums), total.account);
  }
}
