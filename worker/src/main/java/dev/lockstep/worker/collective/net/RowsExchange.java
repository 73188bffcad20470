package dev.lockstep.worker.collective.net;

import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.Wish;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The exchange of a few figures of each rank: all to all, in one hop. */
final class RowsExchange implements Operation {
  private final long number;
  private final Occasion occasion;
  private final Roster roster;
  private final int self;
  private final Links links;
  private final ByteBuffer own;
  private final Map<Integer, List<double[]>> rows = new TreeMap<>();

  RowsExchange(
      long number,
      Occasion occasion,
      Roster roster,
      int self,
      Links links,
      List<double[]> ownRows) {
    this.number = number;
    this.occasion = occasion;
    this.roster = roster;
    this.self = self;
    this.links = links;
    this.own = encode(ownRows);
    rows.put(self, ownRows);
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public Occasion occasion() {
    return occasion;
  }

  /** The rows of all ranks in order, once the exchange is complete. */
  List<double[]> rows() {
    return rows.values().stream().flatMap(List::stream).toList();
  }

  @Override
  public void begin() {
    for (int i = 1; i < roster.size(); i++) {
      FrameHeader header =
          new FrameHeader(FrameType.ROWS, Wish.GO_ON, own.remaining(), number, 0, 0);
      links.to((self + i) % roster.size()).send(header, List.of(own), future -> {});
    }
  }

  @Override
  public FrameReader.Destination accept(int jvm, FrameHeader header) {
    if (header.type() != FrameType.ROWS || rows.containsKey(jvm)) {
      throw new ProtocolException("it brings a %s where rows are due".formatted(header.type()));
    }
    return new Gathered(header.payload()) {
      @Override
      void complete(ByteBuffer payload) {
        rows.put(jvm, decode(payload, roster.ranks().get(jvm)));
        links.progressed(RowsExchange.this);
      }
    };
  }

  @Override
  public boolean expects(int jvm) {
    return !rows.containsKey(jvm);
  }

  @Override
  public boolean isComplete() {
    return rows.size() == roster.size();
  }

  @Override
  public List<Integer> missing() {
    return IntStream.range(0, roster.size()).filter(this::expects).boxed().toList();
  }

  /** The number of figures of each row, then all figures. */
  private static ByteBuffer encode(List<double[]> rows) {
    int figures = rows.stream().mapToInt(row -> row.length).sum();
    ByteBuffer bytes =
        ByteBuffer.allocate(rows.size() * Integer.BYTES + figures * Double.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    rows.forEach(row -> bytes.putInt(row.length));
    int position = rows.size() * Integer.BYTES;
    for (double[] row : rows) {
      bytes.position(position).asDoubleBuffer().put(row);
      position += row.length * Double.BYTES;
    }
    return bytes.rewind();
  }

  private static List<double[]> decode(ByteBuffer payload, int ranks) {
    ByteBuffer bytes = payload.order(ByteOrder.LITTLE_ENDIAN);
    List<double[]> rows = new ArrayList<>();
    int position = ranks * Integer.BYTES;
    for (int rank = 0; rank < ranks; rank++) {
      int length = position <= bytes.limit() ? bytes.getInt(rank * Integer.BYTES) : -1;
      if (length < 0 || length > (bytes.limit() - position) / Double.BYTES) {
        throw new ProtocolException("its rows are longer than it is");
      }
      double[] row = new double[length];
      bytes.position(position).asDoubleBuffer().get(row);
      position += length * Double.BYTES;
      rows.add(row);
    }
    return rows;
  }
}
