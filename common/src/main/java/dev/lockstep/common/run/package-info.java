/**
 * What a run leaves behind: the paths of its directory, the description of the job as it was run,
 * and the report. What belongs here is plain data; deciding what a run does next belongs to the
 * driver.
 */
package dev.lockstep.common.run;
