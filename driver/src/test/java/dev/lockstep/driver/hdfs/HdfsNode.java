package dev.lockstep.driver.hdfs;

import dev.lockstep.driver.cluster.ClusterProcess;
import dev.lockstep.driver.cluster.HadoopDaemons;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A NameNode or a DataNode, which can be killed, paused and started again on its old files. */
public final class HdfsNode implements AutoCloseable {
  static final String NAME_NODE = "org.apache.hadoop.hdfs.server.namenode.NameNode";
  static final String DATA_NODE = "org.apache.hadoop.hdfs.server.datanode.DataNode";

  /** What a NameNode's log says when it takes calls. */
  static final Pattern SERVES = Pattern.compile("NameNode RPC up at");

  private final String name;
  private final Path work;
  private final List<String> options;
  private final List<String> main;
  private final Pattern ready;
  private ClusterProcess process;

  private HdfsNode(String name, Path work, List<String> options, List<String> main, Pattern ready) {
    this.name = name;
    this.work = work;
    this.options = options;
    this.main = main;
    this.ready = ready;
  }

  /**
   * Starts a node; {@link #awaitReady} waits for it.
   *
   * @param work where its log is and, in {@code conf}, its site files
   * @param options of its JVM
   * @param main its class and arguments
   * @param ready what its log says then
   */
  static HdfsNode start(
      String name, Path work, List<String> options, List<String> main, Pattern ready)
      throws IOException {
    HdfsNode node = new HdfsNode(name, work, options, main, ready);
    node.launch(List.of());
    return node;
  }

  /** Ends it as kill -9 does. */
  public void kill() {
    process.kill();
  }

  /** Waits until it has what it needs to work. */
  public void awaitReady() {
    process.await(ready);
  }

  /** Whether its log has a text. */
  boolean says(String text) {
    return process.text().contains(text);
  }

  /** Starts it where it does not run. */
  public void ensureRunning() throws IOException {
    if (!process.isAlive()) {
      launch(List.of());
    }
  }

  /** Kills it where it runs, starts it with settings for this time, and waits until it is ready. */
  public void restart(Map<String, String> settings) throws IOException {
    kill();
    launch(settings.entrySet().stream().map(s -> s.getKey() + "=" + s.getValue()).toList());
    awaitReady();
  }

  /** Ends it as kill -9 does, then starts it again. */
  public void restart() throws IOException {
    restart(Map.of());
  }

  /** Stops it as SIGSTOP does. */
  public void pause() throws IOException, InterruptedException {
    process.pause();
  }

  /** Ends a pause. */
  public void resume() throws IOException, InterruptedException {
    process.resume();
  }

  @Override
  public void close() {
    process.close();
  }

  private void launch(List<String> settings) throws IOException {
    List<String> words = new ArrayList<>(main);
    settings.forEach(setting -> words.addAll(List.of("-D", setting)));
    process =
        ClusterProcess.start(
            name,
            work,
            Map.of(),
            HadoopDaemons.command(work.resolve("conf"), options, words.toArray(String[]::new)));
  }
}
