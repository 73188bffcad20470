package dev.lockstep.worker.collective.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * How both ends of a connection prove to each other that they know the attempt's key, before
 * anything is parsed. All messages have fixed lengths:
 *
 * <pre>
 * caller    nonce, 32 bytes
 * listener  nonce, 32 bytes
 * caller    its JVM's id, 16 bytes; HMAC-SHA256(key, "caller" ids run attempt nonces), 32 bytes
 * listener  HMAC-SHA256(key, "listener" ids run attempt nonces), 32 bytes
 * </pre>
 *
 * An answer is good for one pair of nonces, one direction and one attempt, so none can be replayed.
 * Whoever fails, or takes more than {@link #TIMEOUT}, is cut off without an answer.
 */
abstract sealed class Handshake extends ByteToMessageDecoder {
  /** Under which the handler stands in the pipeline. */
  static final String NAME = "handshake";

  static final Duration TIMEOUT = Duration.ofSeconds(5);
  private final Credentials credentials;
  private final Outcome outcome;
  final byte[] ownNonce;
  final byte[] otherNonce = new byte[Credentials.NONCE];
  private Optional<Future<?>> deadline = Optional.empty();
  private boolean proved;

  private Handshake(Credentials credentials, Outcome outcome) {
    this.credentials = credentials;
    this.outcome = outcome;
    this.ownNonce = credentials.nonce();
  }

  final Credentials credentials() {
    return credentials;
  }

  /** What becomes of a handshake; told once. */
  interface Outcome {
    /** The other end has proved that it knows the key. */
    void proved(UUID other);

    /** The other end has not, and the connection is closed. */
    void refused(String why);
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    deadline =
        Optional.of(
            ctx.executor()
                .schedule(
                    () -> refuse(ctx, "it took too long"),
                    TIMEOUT.toMillis(),
                    TimeUnit.MILLISECONDS));
    start(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    refuse(ctx, "the connection was closed");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    refuse(ctx, String.valueOf(cause.getMessage()));
  }

  /** What follows after the proof is not for the handshake: it waits for its successor. */
  @Override
  protected final void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (!proved && ctx.channel().isOpen()) {
      read(ctx, in);
    }
  }

  abstract void start(ChannelHandlerContext ctx);

  abstract void read(ChannelHandlerContext ctx, ByteBuf in);

  void prove(UUID other) {
    end();
    outcome.proved(other);
  }

  void refuse(ChannelHandlerContext ctx, String why) {
    if (!proved) {
      end();
      outcome.refused(why);
      var unused = ctx.close();
    }
  }

  /** Nothing of a connection is kept until its deadline. */
  private void end() {
    proved = true;
    deadline.ifPresent(timer -> timer.cancel(false));
  }

  void send(ChannelHandlerContext ctx, byte[]... parts) {
    ByteBuf message = ctx.alloc().buffer();
    for (byte[] part : parts) {
      message.writeBytes(part);
    }
    var unused = ctx.writeAndFlush(message);
  }

  /** The end that has called. */
  static final class Caller extends Handshake {
    private final UUID listener;
    private boolean answered;

    Caller(Credentials credentials, UUID listener, Outcome outcome) {
      super(credentials, outcome);
      this.listener = listener;
    }

    @Override
    void start(ChannelHandlerContext ctx) {
      send(ctx, ownNonce);
    }

    @Override
    void read(ChannelHandlerContext ctx, ByteBuf in) {
      if (!answered && in.readableBytes() >= Credentials.NONCE) {
        in.readBytes(otherNonce);
        answered = true;
        UUID self = credentials().self();
        send(
            ctx,
            Credentials.bytes(self),
            credentials().proof("caller", self, listener, ownNonce, otherNonce));
      } else if (answered && in.readableBytes() >= Credentials.PROOF) {
        byte[] proof = new byte[Credentials.PROOF];
        in.readBytes(proof);
        byte[] expected =
            credentials().proof("listener", credentials().self(), listener, ownNonce, otherNonce);
        if (MessageDigest.isEqual(proof, expected)) {
          prove(listener);
        } else {
          refuse(ctx, "it does not know the key of this attempt");
        }
      }
    }
  }

  /** The end that was called. */
  static final class Listener extends Handshake {
    private boolean answered;

    Listener(Credentials credentials, Outcome outcome) {
      super(credentials, outcome);
    }

    @Override
    void start(ChannelHandlerContext ctx) {}

    @Override
    void read(ChannelHandlerContext ctx, ByteBuf in) {
      if (!answered && in.readableBytes() >= Credentials.NONCE) {
        in.readBytes(otherNonce);
        answered = true;
        send(ctx, ownNonce);
      } else if (answered && in.readableBytes() >= Credentials.ID + Credentials.PROOF) {
        UUID caller = new UUID(in.readLong(), in.readLong());
        byte[] proof = new byte[Credentials.PROOF];
        in.readBytes(proof);
        UUID self = credentials().self();
        byte[] expected = credentials().proof("caller", caller, self, otherNonce, ownNonce);
        if (MessageDigest.isEqual(proof, expected)) {
          send(ctx, credentials().proof("listener", caller, self, otherNonce, ownNonce));
          prove(caller);
        } else {
          refuse(ctx, "it does not know the key of this attempt");
        }
      }
    }
  }
}
