package dev.lockstep.driver.predict;

import org.apache.spark.util.AccumulatorV2;

/**
 * Adds the accounts of Spark's tasks. In the last stage of a job Spark counts each partition once,
 * however often it was tried.
 */
final class RowAccounts extends AccumulatorV2<RowAccount, RowAccount> {
  private static final long serialVersionUID = 1L;

  private RowAccount sum = RowAccount.NONE;

  @Override
  public boolean isZero() {
    return sum.rows() == 0;
  }

  @Override
  public AccumulatorV2<RowAccount, RowAccount> copy() {
    RowAccounts copy = new RowAccounts();
    copy.sum = sum;
    return copy;
  }

  @Override
  public void reset() {
    sum = RowAccount.NONE;
  }

  @Override
  public void add(RowAccount account) {
    sum = sum.plus(account);
  }

  @Override
  public void merge(AccumulatorV2<RowAccount, RowAccount> other) {
    sum = sum.plus(other.value());
  }

  @Override
  public RowAccount value() {
    return sum;
  }
}
