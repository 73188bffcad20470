/**
 * The job file: its sections as records, and the parser that reports every problem at once. What
 * belongs here is what a job asks for; what a key means to DL4J or Spark belongs to their packages.
 */
package dev.lockstep.common.config;
