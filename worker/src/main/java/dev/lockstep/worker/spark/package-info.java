/**
 * The body of a barrier task: how a Spark task becomes a rank, finds the other ranks of its attempt
 * and talks to the driver. The only package of this module that imports Spark.
 */
package dev.lockstep.worker.spark;
