package dev.lockstep.worker.combine;

import dev.lockstep.worker.collective.LaneRange;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The steps from {@code first} up to {@code end}, exclusive, that each lane runs before the next
 * lane does so.
 */
record StepBlock(int first, int end) {

  /** A lane in a step. */
  record Place(int lane, int step) {}

  /** The order in which a rank works through the block. */
  Stream<Place> placesOf(LaneRange lanes) {
    return IntStream.range(lanes.first(), lanes.end())
        .boxed()
        .flatMap(lane -> IntStream.range(first, end).mapToObj(step -> new Place(lane, step)));
  }
}
