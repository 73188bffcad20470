/**
 * What {@code training.exchange} saves and what it costs: bytes and accuracy of whole trainings.
 * How fast bytes travel belongs to {@code driver.bench.exchange}.
 */
package dev.lockstep.driver.bench.compression;
