package dev.lockstep.worker.collective.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.worker.collective.Wish;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class FrameReaderTest {
  private static final AttemptName NAME = new AttemptName("run", 2);

  private final Recorder recorder = new Recorder();
  private final FrameReader reader = new FrameReader(NAME);
  private final EmbeddedChannel channel = new EmbeddedChannel(reader);

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 63, 64, 65, 1000})
  void readsFramesThatComeInPiecesOfAnySize(int size) {
    reader.serve(recorder, channel);
    ByteBuf bytes = Unpooled.wrappedBuffer(frame(NAME, 1, 5), frame(NAME, 2, 0), frame(NAME, 3, 9));

    while (bytes.isReadable()) {
      channel.writeInbound(bytes.readRetainedSlice(Math.min(size, bytes.readableBytes())));
    }

    assertThat(recorder.frames).containsExactly("1: 5 bytes", "2: 0 bytes", "3: 9 bytes");
  }

  @Test
  void holdsAFrameUntilThereIsAReceiverForIt() {
    channel.writeInbound(frame(NAME, 1, 5));
    assertThat(channel.config().isAutoRead()).isFalse();

    recorder.ready = 0;
    reader.serve(recorder, channel);
    assertThat(recorder.frames).isEmpty();

    recorder.ready = 1;
    reader.readOn(channel);
    assertThat(recorder.frames).containsExactly("1: 5 bytes");
    assertThat(channel.config().isAutoRead()).isTrue();
  }

  @Test
  void readsWhatCameBeforeTheEndOfTheConnection() {
    channel.writeInbound(frame(NAME, 1, 5));
    var unused = channel.close();

    reader.serve(recorder, channel);

    assertThat(recorder.frames).containsExactly("1: 5 bytes", "closed");
  }

  @Test
  void readsWhatCameBeforeTheConnectionBroke() {
    recorder.ready = 0;
    reader.serve(recorder, channel);
    channel.writeInbound(Unpooled.wrappedBuffer(frame(NAME, 1, 5), frame(NAME, 2, 0)));
    channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    var unused = channel.close();
    assertThat(recorder.frames).isEmpty();

    recorder.ready = 2;
    reader.readOn(channel);

    assertThat(recorder.frames)
        .containsExactly("1: 5 bytes", "2: 0 bytes", "failed: Connection reset by peer");
  }

  @Test
  void tellsAtOnceOfAConnectionThatBrokeWhereNothingWaits() {
    reader.serve(recorder, channel);
    channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    var unused = channel.close();

    assertThat(recorder.frames).containsExactly("failed: Connection reset by peer");
  }

  @Test
  void tellsWhoComesLaterOfAConnectionThatBroke() {
    channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
    reader.serve(recorder, channel);

    assertThat(recorder.frames).containsExactly("failed: Connection reset by peer");
  }

  @Test
  void refusesFrameOfOlderAttempt() {
    reader.serve(recorder, channel);

    channel.writeInbound(frame(new AttemptName("run", 1), 1, 5));

    assertThat(recorder.frames)
        .containsExactly(
            "failed: it is of another run, or of attempt 1 where attempt 2 is under way");
  }

  @Test
  void refusesFrameOfAnotherRun() {
    reader.serve(recorder, channel);

    channel.writeInbound(frame(new AttemptName("other", 2), 1, 5));

    assertThat(recorder.frames)
        .hasSize(1)
        .first()
        .asString()
        .startsWith("failed: it is of another run");
  }

  @Test
  void refusesFrameWhosePayloadDoesNotFollow() {
    reader.serve(recorder, channel);
    ByteBuf frame = frame(NAME, 1, 100);
    FrameHeader.setPlace(frame, 4096);

    channel.writeInbound(frame.slice(0, FrameHeader.BYTES));

    assertThat(recorder.frames)
        .containsExactly("failed: its payload is in shared memory, but must follow its header");
  }

  @Test
  void refusesFrameWithAChangedBit() {
    reader.serve(recorder, channel);
    ByteBuf frame = frame(NAME, 1, 100);
    frame.setByte(FrameHeader.BYTES + 50, frame.getByte(FrameHeader.BYTES + 50) ^ 4);

    channel.writeInbound(frame);

    assertThat(recorder.frames).containsExactly("failed: its checksum does not match");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, (1 << 30) + 1})
  void refusesLengthBeyondTheCapBeforeAnythingIsAllocated(int length) {
    reader.serve(recorder, channel);
    ByteBuf frame = frame(NAME, 1, 5);
    frame.setIntLE(20, length);

    channel.writeInbound(frame);

    assertThat(recorder.frames)
        .containsExactly(
            "failed: its payload is %d bytes long (at most 1073741824 are allowed)"
                .formatted(length));
  }

  @Test
  void refusesFrameWithAChangedBitThatHadToWait() {
    ByteBuf frame = frame(NAME, 2, 5);
    frame.setByte(frame.readableBytes() - 1, 1);
    recorder.ready = 0;
    reader.serve(recorder, channel);
    channel.writeInbound(Unpooled.wrappedBuffer(frame(NAME, 1, 5), frame));

    recorder.ready = 2;
    reader.readOn(channel);

    assertThat(recorder.frames)
        .containsExactly("1: 5 bytes", "failed: its checksum does not match");
  }

  @Test
  void refusesWhatIsNoFrame() {
    reader.serve(recorder, channel);

    channel.writeInbound(
        Unpooled.copiedBuffer(
            "GET / HTTP/1.1\r\nHost: somewhere\r\n\r\n"
                .repeat(3)
                .getBytes(StandardCharsets.UTF_8)));

    assertThat(recorder.frames).containsExactly("failed: it does not begin as a frame does");
  }

  private static ByteBuf frame(AttemptName name, long operation, int payload) {
    ByteBuf frame = Unpooled.directBuffer();
    new FrameHeader(FrameType.RESULT, Wish.GO_ON, payload, operation, 0, 0)
        .write(frame, name.runHash(), name.attempt());
    byte[] bytes = new byte[payload];
    CRC32C checksum = new CRC32C();
    checksum.update(frame.nioBuffer());
    checksum.update(bytes);
    return frame.writeIntLE((int) checksum.getValue()).writeBytes(bytes);
  }

  /** Writes down what it is given. */
  private static final class Recorder implements FrameReader.Receiver {
    private final List<String> frames = new ArrayList<>();
    private long ready = Long.MAX_VALUE;

    @Override
    public Optional<FrameReader.Destination> begin(FrameHeader header) {
      return header.operation() > ready
          ? Optional.empty()
          : Optional.of(
              new FrameReader.Destination() {
                private int bytes;

                @Override
                public void take(ByteBuffer part) {
                  bytes += part.remaining();
                }

                @Override
                public void complete() {
                  frames.add("%d: %d bytes".formatted(header.operation(), bytes));
                }
              });
    }

    @Override
    public void closed() {
      frames.add("closed");
    }

    @Override
    public void failed(Throwable cause) {
      frames.add("failed: " + cause.getMessage());
    }
  }
}
