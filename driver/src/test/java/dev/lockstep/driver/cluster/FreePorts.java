package dev.lockstep.driver.cluster;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for daemons whose clients find them in a file. They are below those that Linux gives to
 * whoever asks for any port, who could be faster than the daemon.
 */
public final class FreePorts {
  private static final int FIRST = 16_384;
  private static final int END = 32_768;

  private FreePorts() {}

  /** Ports that are free at this moment, all different since they are open at the same time. */
  public static List<Integer> find(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      while (sockets.size() < count) {
        open(ThreadLocalRandom.current().nextInt(FIRST, END), sockets);
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }

  private static void open(int port, List<ServerSocket> sockets) throws IOException {
    try {
      sockets.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
    } catch (BindException e) { // somebody has it: another will do
      System.out.println(port + " is taken");
    }
  }
}
