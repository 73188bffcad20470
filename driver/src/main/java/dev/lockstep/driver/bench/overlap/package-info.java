/**
 * How much of the exchange is hidden behind the backward pass: trainings with overlap and without,
 * between hosts. What is measured of an exchange alone belongs to {@code driver.bench.exchange}.
 */
package dev.lockstep.driver.bench.overlap;
