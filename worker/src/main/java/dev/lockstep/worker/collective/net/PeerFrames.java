package dev.lockstep.worker.collective.net;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Takes the frames of one peer: those of an operation go there, messages are acted upon. */
final class PeerFrames implements FrameReader.Receiver {
  private final Mesh mesh;
  private final int jvm;

  PeerFrames(Mesh mesh, int jvm) {
    this.mesh = mesh;
    this.jvm = jvm;
  }

  @Override
  public Optional<FrameReader.Destination> begin(FrameHeader header) {
    if (!header.type().isData()) {
      return Optional.of(new Message(header));
    }
    Optional<Operation> current = mesh.current();
    long due = current.map(Operation::number).orElse(mesh.ended());
    if (header.operation() > due) { // the peer is ahead
      mesh.to(jvm).hold();
      return Optional.empty();
    }
    if (current.isEmpty() || header.operation() != due) {
      throw new ProtocolException(
          "it belongs to operation %d, and operation %d is under way"
              .formatted(header.operation(), due));
    }
    mesh.to(jvm).setStatus(Optional.empty());
    return Optional.of(current.get().accept(jvm, header));
  }

  @Override
  public void closed() {
    if (!mesh.to(jvm).left()) {
      mesh.fail(mesh.lost(jvm, "its connection was closed", Optional.empty()));
    }
  }

  @Override
  public void failed(Throwable cause) {
    if (cause instanceof ProtocolException refused) {
      mesh.fail(mesh.refused(jvm, refused));
    } else if (cause instanceof IOException || cause instanceof DecoderException) {
      mesh.fail(mesh.lost(jvm, String.valueOf(cause.getMessage()), Optional.of(cause)));
    } else {
      mesh.fail(LockstepException.in(cause));
    }
  }

  /** A frame that belongs to no operation. */
  private final class Message extends Gathered {
    private final FrameType type;

    Message(FrameHeader header) {
      super(header.payload());
      this.type = header.type();
    }

    @Override
    void complete(ByteBuffer payload) {
      String text = StandardCharsets.UTF_8.decode(payload).toString();
      switch (type) {
        case ABORT -> mesh.fail(told(text));
        case LEAVE -> leave();
        case DOOR -> mesh.doors().told(jvm, text);
        default -> mesh.to(jvm).setStatus(Optional.of(new Link.Status(text, System.nanoTime())));
      }
    }

    private void leave() {
      mesh.to(jvm).markLeft();
      if (mesh.current().isPresent() && mesh.current().get().expects(jvm)) {
        mesh.fail(mesh.lost(jvm, "it left", Optional.empty()));
      }
    }

    private static LockstepException told(String text) {
      String[] kindAndMessage = text.split(" ", 2);
      FailureKind kind =
          Arrays.stream(FailureKind.values())
              .filter(known -> known.name().equals(kindAndMessage[0]))
              .findFirst()
              .orElse(FailureKind.CLUSTER);
      return new LockstepException(kind, kindAndMessage[kindAndMessage.length - 1]);
    }
  }
}
