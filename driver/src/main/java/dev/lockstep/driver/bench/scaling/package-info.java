/**
 * What it costs that ranks are connected: Lockstep's training loop on threads and on JVMs, beside
 * the same loop unconnected and beside DL4J's own masters. What belongs here sets up one of these
 * contenders, takes its pace, or compares paces; the exchange by itself is measured elsewhere.
 */
package dev.lockstep.driver.bench.scaling;
