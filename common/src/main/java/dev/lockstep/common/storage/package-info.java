/**
 * Files on any Hadoop file system: atomic writes, exclusive creation, files that are flushed and
 * measured, listing, positioned reads, and patience with storage that is away. The only package,
 * with {@code common.checkpoint}, that may import Hadoop. What the files mean belongs elsewhere.
 */
package dev.lockstep.common.storage;
