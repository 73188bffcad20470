/**
 * The command line: options, help, exit codes, and everything that is printed. The work of a
 * command belongs to the package named after it.
 */
package dev.lockstep.driver.cli;
