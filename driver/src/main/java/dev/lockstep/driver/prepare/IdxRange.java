package dev.lockstep.driver.prepare;

import java.io.Serializable;

/**
 * The images that one task reads.
 *
 * @param labels the file of labels, or null where the images have none
 * @param start number of the first image
 * @param end one past the last
 */
record IdxRange(IdxFile images, IdxFile labels, int start, int end) implements Serializable {}
