/**
 * Raw files to prepared data: reading, type inference, fitting, splitting, shuffling, and the
 * writing of shards and manifest; and the application of what was fitted to rows that come later.
 * The only package of the driver that imports Arrow. What belongs here runs as Spark jobs over raw
 * rows; what is done with prepared samples belongs to the worker.
 */
package dev.lockstep.driver.prepare;
