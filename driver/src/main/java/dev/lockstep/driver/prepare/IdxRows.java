package dev.lockstep.driver.prepare;

import dev.lockstep.common.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.TaskCompletionListener;

/** Reads the rows of a range of images one after another; the end of the task closes the files. */
final class IdxRows implements Iterator<Row>, Closeable {
  private final IdxRange range;
  private final InputStream images;
  private final InputStream labels;
  private int next;

  private IdxRows(IdxRange range, InputStream images, InputStream labels) {
    this.range = range;
    this.images = images;
    this.labels = labels;
    next = range.start();
  }

  static IdxRows of(IdxRange range, Storage storage) throws IOException {
    InputStream images = range.images().from(storage, range.start());
    InputStream labels =
        range.labels() == null
            ? InputStream.nullInputStream()
            : range.labels().from(storage, range.start());
    IdxRows rows = new IdxRows(range, images, labels);
    TaskCompletionListener closing = context -> rows.close();
    TaskContext.get().addTaskCompletionListener(closing);
    return rows;
  }

  @Override
  public boolean hasNext() {
    return next < range.end();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      Row row = range.labels() == null ? unlabelled() : labelled();
      next++;
      return row;
    } catch (IOException e) {
      throw IdxHeader.refusal(range.images().path(), e.getMessage());
    }
  }

  @Override
  public void close() {
    try (images;
        labels) {
      next = range.end();
    } catch (IOException e) {
      throw IdxHeader.refusal(range.images().path(), e.getMessage());
    }
  }

  private Row unlabelled() throws IOException {
    IdxFile file = range.images();
    return RowFactory.create(
        file.next(images, next),
        file.header().height(),
        file.header().width(),
        file.path(),
        0L,
        (long) next);
  }

  private Row labelled() throws IOException {
    IdxFile file = range.images();
    int label = Byte.toUnsignedInt(range.labels().next(labels, next)[0]);
    return RowFactory.create(
        file.next(images, next),
        file.header().height(),
        file.header().width(),
        file.path(),
        0L,
        (long) next,
        Integer.toString(label));
  }
}
