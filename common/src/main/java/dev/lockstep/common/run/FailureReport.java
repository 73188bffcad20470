package dev.lockstep.common.run;

import dev.lockstep.common.failure.FailureKind;

/** Why a run failed, as its report says it. */
public record FailureReport(FailureKind kind, int exitCode, String message) {}
