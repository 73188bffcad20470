package dev.lockstep.driver.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Spark's own cluster manager: a master and workers, each a process. */
public final class StandaloneCluster implements TestCluster {
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final Pattern WEB =
      Pattern.compile("Successfully started service 'MasterUI' on port (\\d+)");
  private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");

  private final Path work;
  private final Place home;
  private final Duration missed;
  private final List<ClusterProcess> workers = new ArrayList<>();
  private final ClusterProcess master;
  private final String url;
  private final URI state;

  /**
   * Where a process of the cluster runs.
   *
   * @param address that it listens at
   * @param prefix words that start a command there
   */
  record Place(String address, List<String> prefix) {
    /** This host, for itself alone. */
    static final Place LOOPBACK = new Place("127.0.0.1", List.of());
  }

  /**
   * Starts a cluster on this host and waits until its workers have registered. It misses a silent
   * worker after a minute, so that a driver is always the first to miss a silent rank.
   *
   * @param work folder for logs and for what runs on the cluster
   * @param cores of each worker
   */
  public StandaloneCluster(Path work, int workers, int cores) throws IOException {
    this(
        work,
        Place.LOOPBACK,
        Collections.nCopies(workers, Place.LOOPBACK),
        cores,
        Duration.ofMinutes(1));
  }

  /**
   * Starts a cluster and waits until its workers have registered.
   *
   * @param home of the master and of drivers
   * @param workers where they run
   * @param missed how long a worker may be silent before the master takes it for lost, which it
   *     looks for as often
   */
  StandaloneCluster(Path work, Place home, List<Place> workers, int cores, Duration missed)
      throws IOException {
    this.home = home;
    this.missed = missed;
    this.work = Files.createDirectories(work);
    Files.createDirectories(work.resolve("conf"));
    master = daemon("master", home, "master.Master", List.of());
    try {
      url = master.await(MASTER);
      state = URI.create("http://%s:%s/json/".formatted(home.address(), master.await(WEB)));
      for (int i = 0; i < workers.size(); i++) {
        Path folder = work.resolve("worker" + i);
        List<String> own =
            List.of("--cores", "" + cores, "--memory", "3g", "--work-dir", folder.toString(), url);
        this.workers.add(daemon("worker" + i, workers.get(i), "worker.Worker", own));
      }
      this.workers.forEach(worker -> worker.await(REGISTERED));
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  @Override
  public String master() {
    return url;
  }

  @Override
  public Map<String, String> environment() {
    return environment(home);
  }

  private Map<String, String> environment(Place place) {
    return Map.of(
        "SPARK_HOME",
        SPARK_HOME.toString(),
        "SPARK_CONF_DIR",
        work.resolve("conf").toString(),
        "SPARK_LOCAL_IP",
        place.address(),
        "SPARK_DAEMON_MEMORY",
        "256m",
        "SPARK_DAEMON_JAVA_OPTS",
        "-Dspark.worker.timeout=" + missed.toSeconds());
  }

  @Override
  public List<String> options() {
    return List.of("--conf", "spark.ui.enabled=false");
  }

  @Override
  public Stream<ProcessHandle> processes() {
    return workers.stream().flatMap(ClusterProcess::descendants);
  }

  @Override
  public String lastDriver() throws Exception {
    return last("completeddrivers");
  }

  @Override
  public String lastApplication() throws Exception {
    return last("completedapps");
  }

  @Override
  public void close() {
    workers.forEach(ClusterProcess::close);
    master.close();
  }

  private String last(String list) throws Exception {
    String json =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(state).build(), BodyHandlers.ofString())
            .body();
    String last = "none";
    for (JsonNode ended : new JsonMapper().readTree(json).get(list)) {
      last = ended.get("state").asText();
    }
    return last;
  }

  private ClusterProcess daemon(String name, Place place, String type, List<String> own)
      throws IOException {
    List<String> words = new ArrayList<>(place.prefix());
    words.addAll(
        List.of(
            SPARK_HOME.resolve("bin/spark-class").toString(),
            "org.apache.spark.deploy." + type,
            "--host",
            place.address(),
            "--port",
            "0",
            "--webui-port",
            "0"));
    words.addAll(own);
    return ClusterProcess.start(name, work, environment(place), words);
  }
}
