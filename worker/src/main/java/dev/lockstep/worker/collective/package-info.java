/**
 * The process group: the ranks of one attempt, connected with each other, and sums over lanes in
 * the canonical order of addition. What belongs here knows floats and ranks; what the floats mean
 * (gradients, parameters) belongs to {@code worker.combine}. Neither Spark nor ND4J is imported.
 *
 * <p>Cost of a sum over a vector of N floats with W ranks, each of which brings k partial sums (k
 * is 1 with one lane a rank, at most 2 log2 M otherwise):
 *
 * <pre>
 * group    meetings   floats read by a rank   floats written by a rank
 * local    2          k N                     N
 * mixed    4          (k + 1) N               (K / L + 1) N
 * common   2          k N                     N / W
 * </pre>
 *
 * A local rank reads its slice (N / W) of all ranks' partial sums (k W of them) and writes the
 * result of its slice to all W ranks. In a mixed group L ranks share a JVM: a rank reads its share
 * (N / L) of their partial sums (k L), writes that of the K nodes which the JVM's lanes form (at
 * most 2 log2 M), and copies the result, or its slice, from the leader, who alone exchanges with
 * the other JVMs and copies nothing. A rank that is alone in its JVM meets nobody, and reads and
 * writes nothing. Where all ranks see the nodes ({@link
 * dev.lockstep.worker.collective.CommonNodes}), those of all JVMs meet, and each keeps the sum of
 * its slice.
 *
 * <p>Sums within groups of lanes ({@link dev.lockstep.worker.collective.GroupReduce}) meet nobody
 * where every group lies within a rank, and twice in shared memory where it lies within a JVM.
 */
package dev.lockstep.worker.collective;
