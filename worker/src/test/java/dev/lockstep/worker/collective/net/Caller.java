package dev.lockstep.worker.collective.net;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.UUID;

/** Who calls at the door of a node and speaks the handshake himself. */
record Caller(Socket socket, JvmAddress listener) implements AutoCloseable {
  static Caller at(JvmAddress listener) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
    socket.setSoTimeout(20_000);
    return new Caller(socket, listener);
  }

  /** Sends the caller's nonce. */
  byte[] challenge() throws IOException {
    byte[] nonce = new byte[32];
    new SecureRandom().nextBytes(nonce);
    socket.getOutputStream().write(nonce);
    return nonce;
  }

  /** Receives the listener's nonce. */
  byte[] answer() throws IOException {
    byte[] nonce = new byte[32];
    new DataInputStream(socket.getInputStream()).readFully(nonce);
    return nonce;
  }

  /** The proof of who knows a key, for the nonces of both. */
  byte[] proof(AttemptKey key, AttemptName name, UUID id, byte[] caller, byte[] listened) {
    ByteBuffer message = ByteBuffer.allocate(256);
    message.put("caller".getBytes(StandardCharsets.US_ASCII));
    message.put(Credentials.bytes(id));
    message.put(Credentials.bytes(UUID.fromString(listener.id())));
    message.putLong(name.runHash()).putInt(name.attempt()).put(caller).put(listened);
    return key.authenticate(message.flip());
  }

  /** Proves himself as a peer of the attempt. */
  void prove(UUID id, byte[] proof) throws IOException {
    socket.getOutputStream().write(Credentials.bytes(id));
    socket.getOutputStream().write(proof);
  }

  /** Whether the listener has proved himself too. */
  boolean isWelcome() throws IOException {
    return socket.getInputStream().readNBytes(32).length == 32;
  }

  /** Whether the listener ends the connection before the caller's patience is over. */
  boolean isCutOff() {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return !(e instanceof SocketTimeoutException);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
