package dev.lockstep.worker.compute.lean;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * What the filters of a convolution see of an image: for each channel and place in the kernel a row
 * with the elements under it, as the kernel goes over the image (im2col).
 */
final class Patches {
  private final Geometry geometry;
  private final float[] image;
  private final float[] rows;

  /**
   * Sizes, each for height and width.
   *
   * @param image channels, height, width
   * @param output height, width
   * @param padding at the top and at the left
   */
  record Geometry(
      Extent image,
      Extent output,
      Extent kernel,
      Extent stride,
      Extent padding,
      Extent dilation,
      int channels) {
    /** Elements of a patch. */
    int patch() {
      return channels * kernel.height() * kernel.width();
    }

    /** Places that the kernel comes to. */
    int places() {
      return output.height() * output.width();
    }
  }

  /** Height and width. */
  record Extent(int height, int width) {
    static Extent of(int[] sizes) {
      return new Extent(sizes[0], sizes[1]);
    }
  }

  Patches(Geometry geometry) {
    this.geometry = geometry;
    this.image =
        new float[geometry.channels() * geometry.image().height() * geometry.image().width()];
    this.rows = new float[geometry.patch() * geometry.places()];
  }

  Geometry geometry() {
    return geometry;
  }

  /**
   * Leaves the patches of one image in {@code target}, [patch, places].
   *
   * @param images [images, channels, height, width]
   */
  void of(FloatBuffer images, int number, FloatBuffer target) {
    images.get(number * image.length, image, 0, image.length);
    int row = 0;
    for (int channel = 0; channel < geometry.channels(); channel++) {
      for (int down = 0; down < geometry.kernel().height(); down++) {
        for (int right = 0; right < geometry.kernel().width(); right++) {
          fill(channel, down, right, row++);
        }
      }
    }
    target.put(0, rows, 0, rows.length);
  }

  private void fill(int channel, int down, int right, int row) {
    int width = geometry.output().width();
    int height = geometry.image().height();
    for (int line = 0; line < geometry.output().height(); line++) {
      int start = row * geometry.places() + line * width;
      int from =
          line * geometry.stride().height()
              - geometry.padding().height()
              + down * geometry.dilation().height();
      if (from < 0 || from >= height) {
        Arrays.fill(rows, start, start + width, 0f);
      } else {
        fillLine((channel * height + from) * geometry.image().width(), right, start);
      }
    }
  }

  private void fillLine(int line, int right, int start) {
    int stride = geometry.stride().width();
    int width = geometry.image().width();
    int first = right * geometry.dilation().width() - geometry.padding().width();
    int count = geometry.output().width();
    if (stride == 1 && first >= 0 && first + count <= width) {
      System.arraycopy(image, line + first, rows, start, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      int from = first + i * stride;
      rows[start + i] = from < 0 || from >= width ? 0f : image[line + from];
    }
  }
}
