/**
 * A trained network applied to raw rows: opening a run for use, batches on Spark's executors, the
 * account of rows that cannot be used, and the writing of predictions. What compares outputs with
 * labels belongs to evaluation; what makes features of rows, to preparation.
 */
package dev.lockstep.driver.predict;
