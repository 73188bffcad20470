/**
 * Training with Deeplearning4j's own Spark masters, as a program that a benchmark of Lockstep
 * starts and measures itself against. It is built apart from Lockstep, on the libraries that the
 * masters need and Lockstep refuses, and knows no class of Lockstep: what it trains comes as files,
 * what it measured goes out as lines. What belongs to a comparison, such as cases and ratios, does
 * not belong here.
 */
package dev.lockstep.baseline;
