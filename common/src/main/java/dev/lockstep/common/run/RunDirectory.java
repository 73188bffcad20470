package dev.lockstep.common.run;

/**
 * The one owner of a run's layout: where each file of the run lives below its root.
 *
 * @param root any Hadoop path, without a slash at its end
 */
public record RunDirectory(String root) {
  public RunDirectory {
    root = root.length() > 1 && root.endsWith("/") ? root.substring(0, root.length() - 1) : root;
  }

  /** The job as it is run, with its digests. */
  public String description() {
    return root + "/run.json";
  }

  public String report() {
    return root + "/report.json";
  }

  /** The prepared dataset, where the job does not name another place for it. */
  public String data() {
    return root + "/data";
  }

  /** The trained model and what is needed to use it. */
  public String model() {
    return root + "/model";
  }

  /** One folder for each checkpoint that was committed or is about to be. */
  public String checkpoints() {
    return root + "/checkpoints";
  }

  /** The commit log: one file an entry, named by its number. */
  public String log() {
    return root + "/log";
  }

  /** The claims of drivers on the run: one file a driver, the highest number being the owner's. */
  public String lease() {
    return root + "/lease";
  }

  /** The name of the latest checkpoint some seconds ago, for people; nothing relies on it. */
  public String latest() {
    return root + "/LATEST";
  }

  /** Marks on checkpoints that were found damaged, with the reason. */
  public String quarantine() {
    return root + "/quarantine";
  }

  /** Files on their way to a final name. */
  public String staging() {
    return root + "/.staging";
  }
}
