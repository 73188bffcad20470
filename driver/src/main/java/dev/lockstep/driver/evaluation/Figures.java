package dev.lockstep.driver.evaluation;

import dev.lockstep.driver.predict.RowAccount;
import dev.lockstep.worker.evaluation.EvaluationSums;

/**
 * What an evaluation found.
 *
 * @param data what was evaluated, in words
 */
record Figures(String data, EvaluationSums sums, RowAccount account) {}
