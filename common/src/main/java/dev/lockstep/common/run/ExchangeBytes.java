package dev.lockstep.common.run;

/**
 * What the exchange between JVMs has brought onto the network, added over the ranks. What went
 * through memory that JVMs of one host share is no part of it.
 *
 * @param sent bytes
 * @param saved bytes that would have been sent too without {@code training.exchange}
 */
public record ExchangeBytes(long sent, long saved) {}
