package dev.lockstep.worker.collective.net;

import java.util.Arrays;

/** What a frame holds. */
enum FrameType {
  /** Sums of the sender's nodes over floats that belong to the receiver. */
  PART(1),
  /** Finished floats of the vector. */
  RESULT(2),
  /** A row of figures for each rank of the sender. */
  ROWS(3),
  /** The sender has failed: kind and message. */
  ABORT(4),
  /** The sender has come to its end in order. */
  LEAVE(5),
  /** What the sender's ranks are at that keep others waiting, perhaps. */
  STATUS(6);

  private static final int LONGEST_VECTOR_FRAME = 1 << 30;
  private static final int LONGEST_ROWS = 1 << 24;
  private static final int LONGEST_TEXT = 1 << 16;

  private final int number;

  FrameType(int number) {
    this.number = number;
  }

  /** The type's number on the wire. */
  int number() {
    return number;
  }

  /** Whether frames of the type belong to an operation. */
  boolean isData() {
    return this == PART || this == RESULT || this == ROWS;
  }

  /** Bytes of the payload at most. */
  int cap() {
    return switch (this) {
      case PART, RESULT -> LONGEST_VECTOR_FRAME;
      case ROWS -> LONGEST_ROWS;
      case ABORT, STATUS -> LONGEST_TEXT;
      case LEAVE -> 0;
    };
  }

  /** The type of a number; anything may have come. */
  static FrameType of(byte number) {
    return Arrays.stream(values())
        .filter(type -> type.number == number)
        .findFirst()
        .orElseThrow(() -> new ProtocolException("its type is " + number));
  }
}
