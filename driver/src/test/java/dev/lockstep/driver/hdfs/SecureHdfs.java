package dev.lockstep.driver.hdfs;

import dev.lockstep.common.storage.KerberosLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.minikdc.MiniKdc;

/** An HDFS that asks for Kerberos, with a key distribution centre in the test's own JVM. */
final class SecureHdfs implements AutoCloseable {
  /** A user of the realm, without rights but on her own folder. */
  static final String ALICE = "alice@EXAMPLE.COM";

  private static final String NODE = "hdfs/localhost@EXAMPLE.COM";

  private final MiniKdc kdc;
  private final Path keytab;
  private final HdfsCluster hdfs;

  private SecureHdfs(MiniKdc kdc, Path keytab, HdfsCluster hdfs) {
    this.kdc = kdc;
    this.keytab = keytab;
    this.hdfs = hdfs;
  }

  /**
   * Starts a realm with the user alice, an HDFS in it, and makes her a folder. This JVM is logged
   * in as the HDFS itself.
   *
   * @param work folder for keys, settings, logs and blocks
   */
  static SecureHdfs start(Path work) throws Exception {
    Properties properties = MiniKdc.createConf();
    properties.setProperty(MiniKdc.KDC_BIND_ADDRESS, "127.0.0.1");
    MiniKdc kdc = new MiniKdc(properties, Files.createDirectories(work.resolve("kdc")).toFile());
    kdc.start();
    Path keytab = work.resolve("alice.keytab");
    kdc.createPrincipal(keytab.toFile(), "alice");
    Path nodes = work.resolve("nodes.keytab");
    kdc.createPrincipal(nodes.toFile(), "hdfs/localhost", "HTTP/localhost");
    Map<String, String> security = security(nodes);
    new KerberosLogin(NODE, nodes.toString()).logIn(security);
    HdfsCluster hdfs =
        HdfsCluster.start(work.resolve("hdfs"), "localhost", 1, options(kdc), security);
    SecureHdfs secure = new SecureHdfs(kdc, keytab, hdfs);
    secure.makeHome();
    return secure;
  }

  HdfsCluster hdfs() {
    return hdfs;
  }

  /** A file with alice's key. */
  Path keytab() {
    return keytab;
  }

  /** The options by which a JVM finds the realm. */
  List<String> options() {
    return options(kdc);
  }

  /** Alice's own folder. */
  String home() {
    return hdfs.uri() + "/user/alice";
  }

  @Override
  public void close() {
    hdfs.close();
    kdc.stop();
  }

  private void makeHome() throws IOException {
    hdfs.administer(
        root -> {
          org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(home());
          root.mkdirs(path);
          root.setPermission(path, new FsPermission("700"));
          root.setOwner(path, "alice", "alice");
          return null;
        });
  }

  private static List<String> options(MiniKdc kdc) {
    return List.of(
        "-Djava.security.krb5.conf=" + kdc.getKrb5conf(),
        "--add-opens=java.security.jgss/sun.security.krb5=ALL-UNNAMED",
        "--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED");
  }

  private static Map<String, String> security(Path nodes) {
    Map<String, String> settings = new HashMap<>();
    settings.put("hadoop.security.authentication", "kerberos");
    settings.put("hadoop.security.authorization", "true");
    for (String node : List.of("namenode", "datanode")) {
      settings.put("dfs.%s.kerberos.principal".formatted(node), NODE);
      settings.put("dfs.%s.keytab.file".formatted(node), nodes.toString());
    }
    String web = "HTTP/localhost@EXAMPLE.COM";
    settings.put("dfs.web.authentication.kerberos.principal", web);
    settings.put("dfs.namenode.kerberos.internal.spnego.principal", web);
    settings.put("dfs.web.authentication.kerberos.keytab", nodes.toString());
    settings.put("dfs.block.access.token.enable", "true");
    settings.put("ignore.secure.ports.for.testing", "true");
    settings.put("dfs.data.transfer.protection", "authentication");
    settings.put("dfs.http.policy", "HTTP_ONLY");
    settings.put("dfs.namenode.kerberos.principal.pattern", "*");
    return settings;
  }
}
