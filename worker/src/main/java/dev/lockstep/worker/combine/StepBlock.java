package dev.lockstep.worker.combine;

/**
 * The steps from {@code first} up to {@code end}, exclusive, that each lane runs before the next
 * lane does so.
 */
record StepBlock(int first, int end) {}
