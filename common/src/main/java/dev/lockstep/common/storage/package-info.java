/**
 * Files on any Hadoop file system: atomic writes, exclusive creation, listing, positioned reads.
 * The only package, with {@code common.checkpoint}, that imports Hadoop. What the files mean
 * belongs elsewhere.
 */
package dev.lockstep.common.storage;
