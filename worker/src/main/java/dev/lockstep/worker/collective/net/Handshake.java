package dev.lockstep.worker.collective.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
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
  private static final int NONCE = 32;
  private static final int PROOF = 32;
  private static final int ID = 2 * Long.BYTES;

  private final AttemptKey key;
  private final AttemptName name;
  private final Outcome outcome;
  final byte[] ownNonce = new byte[NONCE];
  final byte[] otherNonce = new byte[NONCE];
  private boolean proved;

  private Handshake(AttemptKey key, AttemptName name, SecureRandom random, Outcome outcome) {
    this.key = key;
    this.name = name;
    this.outcome = outcome;
    random.nextBytes(ownNonce);
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
    var unused =
        ctx.executor()
            .schedule(
                () -> refuse(ctx, "it took too long"), TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
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
    proved = true;
    outcome.proved(other);
  }

  void refuse(ChannelHandlerContext ctx, String why) {
    if (!proved) {
      proved = true;
      outcome.refused(why);
      var unused = ctx.close();
    }
  }

  void send(ChannelHandlerContext ctx, byte[]... parts) {
    ByteBuf message = ctx.alloc().buffer();
    for (byte[] part : parts) {
      message.writeBytes(part);
    }
    var unused = ctx.writeAndFlush(message);
  }

  byte[] proof(String role, UUID caller, UUID listener, byte[] callerNonce, byte[] listenerNonce) {
    ByteBuffer message = ByteBuffer.allocate(256);
    message.put(role.getBytes(StandardCharsets.US_ASCII));
    message.put(bytes(caller)).put(bytes(listener));
    message.putLong(name.runHash()).putInt(name.attempt());
    message.put(callerNonce).put(listenerNonce);
    return key.authenticate(message.flip());
  }

  static byte[] bytes(UUID id) {
    return ByteBuffer.allocate(ID)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits())
        .array();
  }

  /** The end that has called. */
  static final class Caller extends Handshake {
    private final UUID self;
    private final UUID listener;
    private boolean answered;

    Caller(
        AttemptKey key,
        AttemptName name,
        SecureRandom random,
        UUID self,
        UUID listener,
        Outcome outcome) {
      super(key, name, random, outcome);
      this.self = self;
      this.listener = listener;
    }

    @Override
    void start(ChannelHandlerContext ctx) {
      send(ctx, ownNonce);
    }

    @Override
    void read(ChannelHandlerContext ctx, ByteBuf in) {
      if (!answered && in.readableBytes() >= NONCE) {
        in.readBytes(otherNonce);
        answered = true;
        send(ctx, bytes(self), proof("caller", self, listener, ownNonce, otherNonce));
      } else if (answered && in.readableBytes() >= PROOF) {
        byte[] proof = new byte[PROOF];
        in.readBytes(proof);
        byte[] expected = proof("listener", self, listener, ownNonce, otherNonce);
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
    private final UUID self;
    private boolean answered;

    Listener(AttemptKey key, AttemptName name, SecureRandom random, UUID self, Outcome outcome) {
      super(key, name, random, outcome);
      this.self = self;
    }

    @Override
    void start(ChannelHandlerContext ctx) {}

    @Override
    void read(ChannelHandlerContext ctx, ByteBuf in) {
      if (!answered && in.readableBytes() >= NONCE) {
        in.readBytes(otherNonce);
        answered = true;
        send(ctx, ownNonce);
      } else if (answered && in.readableBytes() >= ID + PROOF) {
        UUID caller = new UUID(in.readLong(), in.readLong());
        byte[] proof = new byte[PROOF];
        in.readBytes(proof);
        if (MessageDigest.isEqual(proof, proof("caller", caller, self, otherNonce, ownNonce))) {
          send(ctx, proof("listener", caller, self, otherNonce, ownNonce));
          prove(caller);
        } else {
          refuse(ctx, "it does not know the key of this attempt");
        }
      }
    }
  }
}
