/**
 * By which path gradients are computed: what is tried for each layer, how it is compared with DL4J,
 * and how a network is put on the paths of a run's plan. The paths themselves are in packages of
 * their own below; how a network is trained belongs to {@code worker.network}.
 */
package dev.lockstep.worker.compute;
