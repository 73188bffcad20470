package dev.lockstep.driver.cluster;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClusterRulesTest {
  private static final UserSettings NOTHING = new UserSettings(Map.of(), Map.of());

  @Test
  void refusesDynamicAllocation() {
    UserSettings dynamic =
        new UserSettings(Map.of("spark.dynamicAllocation.enabled", "true"), Map.of());

    assertThatThrownBy(() -> check("spark://h:1", DeployMode.CLIENT, dynamic, Map.of()))
        .isInstanceOfSatisfying(
            LockstepException.class,
            e ->
                org.assertj.core.api.Assertions.assertThat(e.kind()).isEqualTo(FailureKind.CLUSTER))
        .hasMessage(
            "Cannot run with spark.dynamicAllocation.enabled=true: the workers of a job start"
                + " together and stay to its end (add --conf"
                + " spark.dynamicAllocation.enabled=false)");
  }

  @Test
  void refusesYarnWithoutItsConfiguration() {
    assertThatThrownBy(() -> check("yarn", DeployMode.CLIENT, NOTHING, Map.of()))
        .hasMessage(
            "Cannot use master 'yarn': neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set (point one"
                + " to the cluster's configuration)");
    assertThatCode(
            () -> check("yarn", DeployMode.CLIENT, NOTHING, Map.of("YARN_CONF_DIR", "/conf")))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesADriverOnARehearsal() {
    assertThatThrownBy(
            () -> check("local-cluster[2,1,1024]", DeployMode.CLUSTER, NOTHING, Map.of()))
        .hasMessage(
            "Cannot use '--deploy-mode cluster' with master 'local-cluster[2,1,1024]': its driver"
                + " runs here");
  }

  @Test
  void refusesClusterManagersThatItDoesNotServe() {
    assertThatThrownBy(() -> Master.of("k8s://https://host"))
        .hasMessage(
            "Cannot use master 'k8s://https://host': Lockstep runs on local[N], spark://HOST:PORT"
                + " and yarn");
  }

  private static void check(
      String master, DeployMode mode, UserSettings user, Map<String, String> environment) {
    ClusterRules.check(Master.of(master), mode, user, environment);
  }
}
