/**
 * The engine: what one rank does from its shards to the combined update. Nothing below knows the
 * driver.
 */
package dev.lockstep.worker;
