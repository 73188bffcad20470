package dev.lockstep.common.config;

/**
 * A whole job file, checked and with every default filled in.
 *
 * @param job name of the job: letters, digits, dots, dashes and underscores
 */
public record JobConfig(
    String job,
    DataConfig data,
    ModelConfig model,
    TrainingConfig training,
    CheckpointConfig checkpoint,
    ClusterConfig cluster) {}
