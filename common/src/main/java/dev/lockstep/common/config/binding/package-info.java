/**
 * From a tree of YAML to typed values: keys that know their type, default and meaning, and problems
 * that are collected instead of thrown one by one. What belongs here knows nothing of any key in
 * particular; the keys of the job file belong to the package above.
 */
package dev.lockstep.common.config.binding;
