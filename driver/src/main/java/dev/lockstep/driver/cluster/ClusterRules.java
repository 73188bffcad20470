package dev.lockstep.driver.cluster;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.util.Map;

/** What a cluster must be asked for, or must not, said before anything is started. */
public final class ClusterRules {
  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";

  private ClusterRules() {}

  /**
   * Checks a command before it is submitted.
   *
   * @param environment of this process
   * @throws LockstepException of kind CONFIG or CLUSTER
   */
  public static void check(
      Master master, DeployMode mode, UserSettings user, Map<String, String> environment) {
    refuseDynamicAllocation(user.all().getOrDefault(DYNAMIC, "false"));
    if (master.kind() == Master.Kind.LOCAL_CLUSTER && mode == DeployMode.CLUSTER) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot use '--deploy-mode cluster' with master '%s': its driver runs here"
              .formatted(master.url()));
    }
    if (master.kind() == Master.Kind.YARN
        && !environment.containsKey("HADOOP_CONF_DIR")
        && !environment.containsKey("YARN_CONF_DIR")) {
      throw new LockstepException(
          FailureKind.CONFIG,
          "Cannot use master 'yarn': neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set (point one to"
              + " the cluster's configuration)");
    }
  }

  /**
   * Refuses a cluster that may take executors away: the ranks of an attempt start together and stay
   * to the end.
   *
   * @param enabled value of the setting
   * @throws LockstepException of kind CLUSTER
   */
  public static void refuseDynamicAllocation(String enabled) {
    if (enabled.equals("true")) {
      throw new LockstepException(
          FailureKind.CLUSTER,
          "Cannot run with %s=true: the workers of a job start together and stay to its end (add --conf %s=false)"
              .formatted(DYNAMIC, DYNAMIC));
    }
  }
}
