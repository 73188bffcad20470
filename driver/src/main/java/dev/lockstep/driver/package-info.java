/**
 * The program around the engine: command line, preparation, the attempt that trains, evaluation and
 * prediction.
 */
package dev.lockstep.driver;
