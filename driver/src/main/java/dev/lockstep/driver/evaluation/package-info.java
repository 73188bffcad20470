/**
 * How well the model of a run does: on raw files, with the run's own preprocessing, or on the test
 * part that was prepared with its training data. What belongs here compares outputs with labels and
 * sums over Spark's tasks; the figures themselves belong to {@code worker.evaluation}, printing to
 * the command line.
 */
package dev.lockstep.driver.evaluation;
