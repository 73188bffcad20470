/** What tests of the worker share: ranks as threads, small datasets, small networks. */
package dev.lockstep.worker.testing;
