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
    this.sums = sums.toRow();
    this.account = account;
  }

  double[] sums() {
    return sums.clone();
  }

  /** Adds up parts in their order, which decides the last bits of the loss. */
  static Figures sum(String data, LabelSchema label, List<PartialFigures> parts) {
    double[] total = EvaluationSums.of(label).toRow();
    RowAccount account = RowAccount.NONE;
    for (PartialFigures part : parts) {
      for (int i = 0; i < total.length; i++) {
        total[i] += part.sums[i];
      }
      account = account.plus(part.account);
    }
    return new Figures(data, EvaluationSums.ofRow(label, total), account);
  }
}
