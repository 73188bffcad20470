/**
 * HDFS as processes of its own for tests, and the tests of storage and checkpoints on it. What a
 * training does with them belongs to the package of the training.
 */
package dev.lockstep.driver.hdfs;
