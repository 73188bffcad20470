package dev.lockstep.driver.prepare;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import org.apache.spark.sql.Row;

/**
 * What is fitted on images in one pass: the sums of all pixels and of their squares, whole numbers
 * both, and the classes. A row consists of the image and the label's text.
 */
final class ImageStatistics implements Serializable {
  private static final long serialVersionUID = 1L;

  private final DistinctTexts classes = new DistinctTexts();
  private long pixels;
  private long sum;
  private long squares;

  ImageStatistics add(Row row) {
    byte[] image = row.getAs(0);
    for (byte pixel : image) {
      long value = Byte.toUnsignedLong(pixel);
      sum += value;
      squares += value * value;
    }
    pixels += image.length;
    if (!row.isNullAt(1)) {
      classes.add(row.getString(1));
    }
    return this;
  }

  ImageStatistics add(ImageStatistics other) {
    classes.add(other.classes);
    pixels += other.pixels;
    sum = Math.addExact(sum, other.sum);
    squares = Math.addExact(squares, other.squares);
    return this;
  }

  DistinctTexts classes() {
    return classes;
  }

  double mean() {
    return (double) sum / pixels;
  }

  /** Deviation of the population; 1 where all pixels are equal. */
  double deviation() {
    BigDecimal n = BigDecimal.valueOf(pixels);
    BigDecimal total = BigDecimal.valueOf(sum);
    BigDecimal spread = n.multiply(BigDecimal.valueOf(squares)).subtract(total.multiply(total));
    double deviation =
        spread.sqrt(MathContext.DECIMAL128).divide(n, MathContext.DECIMAL128).doubleValue();
    return deviation == 0 ? 1 : deviation;
  }
}
