/**
 * JVMs that a benchmark starts for itself: how they are started, told what to do, and gone when the
 * benchmark is. Parent and JVM talk in lines of JSON over the JVM's standard input and output. What
 * belongs here knows processes; what a JVM measures belongs to the benchmark that starts it.
 */
package dev.lockstep.driver.bench.process;
