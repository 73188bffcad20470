package dev.lockstep.common.data;

/** How a shard stores one element of a feature vector. */
public enum ElementType {
  UINT8,
  FLOAT32
}
