/**
 * The one exception of Lockstep, its kinds, and the exit codes they end in. What belongs here: how
 * a failure is named. What does not: the decision to retry it, which the driver's attempt loop
 * owns.
 */
package dev.lockstep.common.failure;
