/** Doubles that the tests of all modules share: file systems that fail on purpose. */
package dev.lockstep.common.testing;
