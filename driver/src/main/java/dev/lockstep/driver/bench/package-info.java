/**
 * Benchmarks of whole parts of Lockstep: what each measures, how it is set up, and its figures.
 * What belongs here runs the parts as they are and takes the time; printing the table belongs to
 * the command line, code that is only there to be measured belongs nowhere.
 */
package dev.lockstep.driver.bench;
