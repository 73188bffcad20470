/**
 * Checkpoints that are committed in one step: their files, the log of commits, the claim of a
 * driver on its run, what is restored and what is kept. What a checkpoint means to a training, and
 * when one is taken, belongs to the worker and the driver.
 *
 * <p><b>Protocol.</b> A driver claims the run by creating the next file in {@code lease/}; the
 * highest number owns the run, and no clock is asked. It then appends its takeover to the log,
 * after which no earlier driver can append. A rank writes a checkpoint into a folder of its own,
 * the manifest at the end of its file, which is on disk and its length confirmed. The driver gives
 * the folder its final name, then appends an entry with the manifest's digest to {@code log/}: the
 * exclusive creation of that file is the only point of commit. Before it the checkpoint does not
 * exist, after it nothing can fail it. {@code LATEST} is for people, and some seconds late, so that
 * the one it names may be retired by then.
 *
 * <p><b>Retention</b> is part of the log as well: the entry of a commit names the checkpoints that
 * it retires. A rule that is applied to the log anew by each reader would give another answer once
 * the job's rule is changed, and an entry of its own would double the log. A folder is deleted
 * after the entry that retires it is there, so that one whose deletion fails is an orphan like any
 * other.
 *
 * <p><b>Object stores</b> have no rename in one step. There the files are written straight into
 * their final folder, which is no checkpoint until the log names it, and the log entry is created
 * without overwrite. With Hadoop 3.3 that is not exclusive on S3A, so that a run on an object store
 * must have a single driver at a time; on HDFS and local files two may fight and one is fenced.
 */
package dev.lockstep.common.checkpoint;
