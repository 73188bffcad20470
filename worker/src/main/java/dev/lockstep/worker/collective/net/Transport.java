package dev.lockstep.worker.collective.net;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Sockets as the platform has them best: epoll on Linux, else those of the JDK. A write that fails
 * does not close the connection, since what the peer has said before may still be unread.
 */
final class Transport {
  /** Bytes of one read. */
  private static final int READ = 1 << 16;

  private static final int BACKLOG = 1024;

  private Transport() {}

  /** The one thread on which all connections of a JVM's attempt live. */
  static EventLoopGroup thread() {
    DefaultThreadFactory named = new DefaultThreadFactory("lockstep-net", true);
    return Epoll.isAvailable()
        ? new EpollEventLoopGroup(1, named)
        : new NioEventLoopGroup(1, named);
  }

  static ServerBootstrap listener(EventLoopGroup thread, NetSettings settings) {
    ServerBootstrap listener =
        new ServerBootstrap()
            .group(thread)
            .channel(
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.AUTO_CLOSE, false)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ));
    if (Epoll.isAvailable()) {
      listener.childOption(EpollChannelOption.TCP_USER_TIMEOUT, userTimeout(settings));
    }
    int buffer = settings.tuning().socketBuffer();
    return buffer == 0
        ? listener
        : listener
            .option(ChannelOption.SO_RCVBUF, buffer)
            .childOption(ChannelOption.SO_SNDBUF, buffer);
  }

  static Bootstrap caller(EventLoopGroup thread, NetSettings settings) {
    Bootstrap caller =
        new Bootstrap()
            .group(thread)
            .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.AUTO_CLOSE, false)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ));
    if (Epoll.isAvailable()) {
      caller.option(EpollChannelOption.TCP_USER_TIMEOUT, userTimeout(settings));
    }
    int buffer = settings.tuning().socketBuffer();
    return buffer == 0
        ? caller
        : caller.option(ChannelOption.SO_RCVBUF, buffer).option(ChannelOption.SO_SNDBUF, buffer);
  }

  /** After which the kernel gives up a peer that acknowledges nothing. */
  private static int userTimeout(NetSettings settings) {
    return (int) Math.min(Integer.MAX_VALUE, settings.stalls().timeout().toMillis());
  }
}
