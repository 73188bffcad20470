package dev.lockstep.common.data;

/**
 * A record batch inside a shard: the unit of shuffling and of I/O.
 *
 * @param offset where the batch starts in the shard's file, in bytes
 * @param bytes length of the batch, metadata included
 * @param metadataBytes length of the metadata in front of the batch's body
 * @param samples rows in the batch
 * @param crc32c CRC-32C of the {@code bytes} bytes from {@code offset}
 */
public record Block(long offset, int bytes, int metadataBytes, int samples, long crc32c) {}
