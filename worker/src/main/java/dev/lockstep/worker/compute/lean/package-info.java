/**
 * Layers that take the place of DL4J's own in DL4J's networks: same configuration, same parameters,
 * same gradient, without what DL4J computes twice or for nobody, and with oneDNN where DL4J has it
 * but never finds it. What belongs here is one layer at a time; which layers are exchanged belongs
 * to {@code worker.compute}.
 */
package dev.lockstep.worker.compute.lean;
