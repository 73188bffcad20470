/**
 * How a command reaches a cluster: the line for spark-submit, what executors and driver are given,
 * and the end of a driver that runs on the cluster. What belongs here knows Spark's settings and
 * the section {@code cluster} of a job; what a job trains does not belong.
 */
package dev.lockstep.driver.cluster;
