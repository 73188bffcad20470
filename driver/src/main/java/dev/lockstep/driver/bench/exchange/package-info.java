/**
 * Benchmarks of the exchange between JVMs, on one machine and over links of a given rate, beside
 * plain sockets and another library. What belongs here moves vectors and takes the time; starting
 * JVMs belongs to {@code bench.process}, and what is measured to {@code worker.collective}.
 */
package dev.lockstep.driver.bench.exchange;
