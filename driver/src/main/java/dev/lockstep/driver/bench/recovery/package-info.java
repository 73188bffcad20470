/**
 * What checkpoints cost a training: whole runs, as the command {@code train} makes them. What one
 * exchange or one step costs belongs to the other benchmarks.
 */
package dev.lockstep.driver.bench.recovery;
