/**
 * The model folder of a run: writing it in one step, and opening it without trusting it. What
 * belongs here: the files, their checks, and a network from their bytes. What the network is used
 * for belongs to evaluation and prediction.
 */
package dev.lockstep.driver.model;
