package dev.lockstep.driver.predict;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RowAccountTest {
  @Test
  void keepsTheFirstBadRowsOfTheInputInWhateverOrderPartsArrive() {
    RowAccount late = RowAccount.of(10, bad("b.csv", 0, 4));
    RowAccount early = RowAccount.of(20, bad("a.csv", 512, 3));
    RowAccount earliest = RowAccount.of(7, bad("a.csv", 0, 1));

    RowAccount sum = late.plus(earliest).plus(early);

    assertThat(sum).isEqualTo(early.plus(late).plus(earliest));
    assertThat(sum.rows()).isEqualTo(37);
    assertThat(sum.bad()).isEqualTo(8);
    assertThat(sum.first())
        .extracting(row -> row.file() + ":" + row.block() + ":" + row.number())
        .containsExactly("a.csv:0:0", "a.csv:512:0", "a.csv:512:1", "a.csv:512:2", "b.csv:0:0");
    assertThat(sum.allBad()).isFalse();
  }

  @Test
  void addsTheAccountsOfTasks() {
    RowAccounts total = new RowAccounts();
    assertThat(total.isZero()).isTrue();
    RowAccounts ofTask = (RowAccounts) total.copyAndReset();
    ofTask.add(RowAccount.of(3, bad("a.csv", 0, 1)));
    ofTask.add(RowAccount.of(2, List.of()));

    total.merge(ofTask);
    total.merge(ofTask.copy());

    assertThat(total.value().rows()).isEqualTo(10);
    assertThat(total.value().bad()).isEqualTo(2);
    assertThat(total.isZero()).isFalse();
    total.reset();
    assertThat(total.value()).isEqualTo(RowAccount.NONE);
  }

  private static List<BadRow> bad(String file, long block, int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> new BadRow(file, block, number, "it is bad", "1,2"))
        .toList();
  }
}
