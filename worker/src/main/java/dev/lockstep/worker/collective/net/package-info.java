/**
 * The process group over sockets: how JVMs of one attempt find, check and lose each other, and how
 * vectors go between them. What belongs here knows floats, frames and peers; who the ranks of one
 * JVM are, and how they add in shared memory, belongs to {@code worker.collective}. The only
 * package that imports Netty.
 *
 * <p>Two connections for each pair of JVMs: one for messages, on one event loop for all of a JVM,
 * and a blocking one for vectors, used by the rank's own thread. Encrypted vectors go with the
 * messages. A frame carries (run, attempt, number of the operation) and a checksum; one of another
 * attempt or operation is refused, one of the next operation waits in the socket, which holds its
 * sender up. A checksum finds what memory and cables break; whoever has to expect tampering on the
 * way needs encryption.
 *
 * <p>Where two JVMs are on one host, the payloads of vectors go through memory that both have
 * mapped, and their headers through the connection as ever: order, deadlines, checks and the end of
 * a peer are the same. The header, written after the payload and read before it, says where the
 * payload lies; a cursor in the same memory, moved after the payload was read, gives its place
 * free.
 *
 * <p>Cost for each of J JVMs, with a vector of N bytes and k nodes a JVM (1 with one lane a JVM, at
 * most 2 log2 M), sent and received alike:
 *
 * <pre>
 * operation                hops   messages              bytes
 * all-reduce, short        1      J - 1                 (J - 1) k N
 * all-reduce               2      (J - 1) (p + p)       (J - 1) / J (k + 1) N
 * reduce-scatter           1      (J - 1) p             (J - 1) / J k N
 * all-gather               1      (J - 1) p             (J - 1) / J N
 * broadcast, short         1      root J - 1            root (J - 1) N
 * broadcast                2      root (J - 1) (p + p)  root 2 (J - 1) / J N, others (J - 2) / J N
 * rows                     1      J - 1                 (J - 1) rows
 * barrier                  1      J - 1                 (J - 1) floats, one for each rank
 * </pre>
 *
 * p is the number of pieces of a slice: N / J cut into chunks of at most 128 KiB, of 256 KiB where
 * vectors are encrypted, or of 332 KiB where all JVMs share memory. Each JVM begins with the peer
 * that follows it, so no receiver is flooded by all at once.
 */
package dev.lockstep.worker.collective.net;
