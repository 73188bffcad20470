package dev.lockstep.worker.collective;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class Bfloat16Test {
  @ParameterizedTest
  @CsvSource({
    "3F800000, 3F800000", // 1
    "3F808000, 3F800000", // half way: to the even one below
    "3F818000, 3F820000", // half way: to the even one above
    "3F808001, 3F810000", // just above half way
    "3F817FFF, 3F810000", // just below half way
    "BF808001, BF810000", // the same below zero
    "80000000, 80000000", // -0
    "00000001, 00000000", // the smallest number vanishes
    "00018000, 00020000", // numbers below the normal ones are rounded too
    "7F7FFFFF, 7F800000", // the largest float is beyond the largest number
    "7F7F7FFF, 7F7F0000", // the largest that is not
    "7F800000, 7F800000", // infinite
    "FF800000, FF800000"
  })
  void roundsToTheNearestAndHalfWayToTheEvenOne(String value, String rounded) {
    assertThat(hex(Bfloat16.round(ofHex(value)))).isEqualTo(rounded);
  }

  @ParameterizedTest
  @CsvSource({"7F800001", "7FFFFFFF", "7FC00000", "FF800001", "FFFFFFFF"})
  void keepsWhatIsNoNumber(String value) {
    assertThat(Bfloat16.round(ofHex(value))).isNaN();
  }

  @Test
  void findsTheNearestOfAllNumbers() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      float rounded = Bfloat16.round(value);
      if (Float.isFinite(value) && Float.isFinite(rounded)) {
        int bits = Float.floatToRawIntBits(rounded);
        assertThat(bits & 0xFFFF).isZero();
        BigDecimal distance = distance(value, rounded);
        assertThat(distance)
            .as("%s of seed %d", value, seed)
            .isLessThanOrEqualTo(distance(value, Float.intBitsToFloat(bits + 0x10000)))
            .isLessThanOrEqualTo(distance(value, Float.intBitsToFloat(bits - 0x10000)));
      }
    }
  }

  @Test
  void leavesExactPartsAsTheyAre() {
    Rounding rounding = Rounding.toBfloat16(10, List.of(new Span(0, 2), new Span(5, 7)));
    float odd = 1 + 0x1p-20f;

    float[] whole = new float[10];
    java.util.Arrays.fill(whole, odd);
    rounding.apply(whole, 0, 10);
    float[] part = {odd, odd, odd};
    rounding.within(new Span(4, 10)).apply(part, 2, 3);

    assertThat(whole).containsExactly(odd, odd, 1, 1, 1, odd, odd, 1, 1, 1);
    assertThat(part).containsExactly(odd, 1, 1);
  }

  private static BigDecimal distance(float value, float other) {
    return Float.isFinite(other)
        ? new BigDecimal(value).subtract(new BigDecimal(other)).abs()
        : new BigDecimal(Double.MAX_VALUE);
  }

  private static float ofHex(String bits) {
    return Float.intBitsToFloat(Integer.parseUnsignedInt(bits, 16));
  }

  private static String hex(float value) {
    return "%08X".formatted(Float.floatToRawIntBits(value));
  }
}
