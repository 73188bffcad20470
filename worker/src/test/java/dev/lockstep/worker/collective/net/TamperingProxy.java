package dev.lockstep.worker.collective.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a caller and a listener, and changes one bit of what the caller sends. */
final class TamperingProxy implements AutoCloseable {
  private final ServerSocket door;
  private final int target;
  private final int position;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /**
   * A proxy that takes one caller.
   *
   * @param position of the byte that is changed
   */
  TamperingProxy(int target, int position) throws IOException {
    this.door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    this.target = target;
    this.position = position;
    start("proxy-door", this::serve);
  }

  int port() {
    return door.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void serve() throws IOException {
    Socket caller = door.accept();
    Socket listener = new Socket(InetAddress.getLoopbackAddress(), target);
    sockets.addAll(List.of(caller, listener));
    start("proxy-back", () -> copy(listener, caller, Integer.MAX_VALUE));
    copy(caller, listener, position);
  }

  private static void copy(Socket from, Socket to, int changed) throws IOException {
    InputStream in = from.getInputStream();
    OutputStream out = to.getOutputStream();
    byte[] bytes = new byte[8192];
    int seen = 0;
    for (int size = in.read(bytes); size >= 0; size = in.read(bytes)) {
      if (seen <= changed && changed < seen + size) {
        bytes[changed - seen] ^= 1;
      }
      seen += size;
      out.write(bytes, 0, size);
    }
    to.shutdownOutput();
  }

  private interface Body {
    void run() throws IOException;
  }

  private static void start(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (IOException e) {
                Thread.currentThread().interrupt(); // an end was closed: so ends the proxy
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}
