package dev.lockstep.driver.cluster;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * By which of their kernels OpenBLAS, oneDNN and the C library compute, as far as the environment
 * decides it. Kernels add up in different orders, so a process with other variables trains to other
 * bits. What the shell that submits a job sets goes to all its processes; what it leaves unset is
 * each host's own.
 *
 * @param variables by name
 */
public record NativeKernels(Map<String, String> variables) {
  private static final List<String> NAMES =
      List.of(
          "OPENBLAS_CORETYPE",
          "OPENBLAS_L2_SIZE",
          "DNNL_MAX_CPU_ISA",
          "ONEDNN_MAX_CPU_ISA",
          "DNNL_CPU_ISA_HINTS",
          "ONEDNN_CPU_ISA_HINTS",
          "DNNL_DEFAULT_FPMATH_MODE",
          "ONEDNN_DEFAULT_FPMATH_MODE",
          "GLIBC_TUNABLES");

  public NativeKernels {
    variables = Map.copyOf(variables);
  }

  /** What an environment decides. */
  public static NativeKernels of(Map<String, String> environment) {
    Map<String, String> variables = new LinkedHashMap<>(environment);
    variables.keySet().retainAll(NAMES);
    return new NativeKernels(variables);
  }

  /**
   * Spark's settings that put the variables into the environment of executors and of a driver on
   * YARN. A driver on a standalone cluster has the submitter's, since it goes by the master's port.
   */
  Map<String, String> settings(Master master, DeployMode mode) {
    Map<String, String> settings = new LinkedHashMap<>();
    boolean startsDriver = master.kind() == Master.Kind.YARN && mode == DeployMode.CLUSTER;
    for (String name : NAMES) {
      if (variables.containsKey(name)) {
        settings.put("spark.executorEnv." + name, variables.get(name));
        if (startsDriver) {
          settings.put("spark.yarn.appMasterEnv." + name, variables.get(name));
        }
      }
    }
    return settings;
  }
}
