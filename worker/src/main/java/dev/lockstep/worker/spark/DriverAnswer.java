package dev.lockstep.worker.spark;

import dev.lockstep.common.storage.Json;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.util.ThreadUtils;
import scala.concurrent.Future;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/** The driver's word whether ranks may begin, on its way over Spark's RPC. */
final class DriverAnswer implements StartLine.Answer {
  private static final String WHAT = "hear whether to begin";

  private final CompletableFuture<String> text = new CompletableFuture<>();

  DriverAnswer(Future<String> answer) {
    answer.onComplete(
        new AbstractFunction1<Try<String>, BoxedUnit>() {
          @Override
          public BoxedUnit apply(Try<String> outcome) {
            var unused =
                outcome.isSuccess()
                    ? text.complete(outcome.get())
                    : text.completeExceptionally(outcome.failed().get());
            return BoxedUnit.UNIT;
          }
        },
        ThreadUtils.sameThread());
  }

  @Override
  public boolean comesWithin(Duration time) {
    return DriverCall.await(
        WHAT,
        () -> {
          try {
            text.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
          } catch (TimeoutException e) {
            return false;
          } catch (ExecutionException e) {
            return true;
          }
        });
  }

  private String text() throws Exception {
    try {
      return text.get();
    } catch (ExecutionException e) { // adds nothing but the name of its cause's class
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  @Override
  public StartVerdict get() {
    return Json.read(DriverCall.await(WHAT, this::text), StartVerdict.class, "the driver's answer");
  }
}
