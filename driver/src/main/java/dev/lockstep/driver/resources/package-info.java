/**
 * What a command is given to work with: the Spark session, the Hadoop settings, the wish to stop.
 * What belongs here knows the cluster and no job; what a command does with it belongs to the
 * package named after the command.
 */
package dev.lockstep.driver.resources;
