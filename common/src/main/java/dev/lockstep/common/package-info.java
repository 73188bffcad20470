/** What driver and worker share, one idea a package. Nothing below knows Spark, DL4J or Arrow. */
package dev.lockstep.common;
