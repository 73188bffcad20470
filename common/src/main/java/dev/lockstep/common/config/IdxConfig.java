package dev.lockstep.common.config;

import java.util.Optional;

/**
 * Where the labels of IDX images lie. A path left out is that of the images with {@code
 * images-idx3} replaced by {@code labels-idx1}.
 */
public record IdxConfig(
    Optional<String> trainLabels, Optional<String> testLabels, Optional<String> validationLabels) {}
