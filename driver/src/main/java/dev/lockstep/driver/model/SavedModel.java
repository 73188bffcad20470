package dev.lockstep.driver.model;

import dev.lockstep.common.data.DataSchema;
import dev.lockstep.worker.network.Network;

/**
 * A trained model and what is needed to use it, as read from a run.
 *
 * @param network with its updater state; {@link NetworkArchive} makes bytes of it
 * @param preprocessing the fitted preprocessing as JSON text
 */
public record SavedModel(Network network, DataSchema schema, String preprocessing) {}
