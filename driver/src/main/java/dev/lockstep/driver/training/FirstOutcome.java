package dev.lockstep.driver.training;

import dev.lockstep.worker.spark.RankOutcome;
import java.io.Serializable;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** What a barrier task sends to the driver: the one outcome of its rank, as soon as it is there. */
final class FirstOutcome extends AbstractFunction1<Iterator<RankOutcome>, RankOutcome>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public RankOutcome apply(Iterator<RankOutcome> outcomes) {
    return outcomes.next();
  }
}
