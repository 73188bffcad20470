/**
 * The prepared dataset as pure data and pure arithmetic: manifest, schema, and the order in which
 * samples are visited. What belongs here needs no file, no thread and no library; reading shards
 * belongs to the worker, writing them to the driver.
 */
package dev.lockstep.common.data;
