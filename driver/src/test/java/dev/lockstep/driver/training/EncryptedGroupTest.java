package dev.lockstep.driver.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.LockstepException;
import dev.lockstep.worker.collective.Coding;
import dev.lockstep.worker.collective.FloatVector;
import dev.lockstep.worker.collective.LaneSums;
import dev.lockstep.worker.collective.LaneTree;
import dev.lockstep.worker.collective.NodeForm;
import dev.lockstep.worker.collective.Occasion;
import dev.lockstep.worker.collective.ProcessGroup;
import dev.lockstep.worker.collective.Rounding;
import dev.lockstep.worker.collective.StallPolicy;
import dev.lockstep.worker.collective.Traffic;
import dev.lockstep.worker.collective.net.AttemptKey;
import dev.lockstep.worker.collective.net.AttemptName;
import dev.lockstep.worker.collective.net.NetNode;
import dev.lockstep.worker.collective.net.NetSettings;
import dev.lockstep.worker.collective.net.Roster;
import dev.lockstep.worker.collective.net.TlsIdentity;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EncryptedGroupTest {
  private static final Occasion OCCASION = new Occasion(1, 1, "the test");
  private static final int LENGTH = 200_000;

  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final AttemptKey key = AttemptKey.random(new SecureRandom());

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void exchangesUnderTheCertificateOfTheAttempt() throws Exception {
    TlsIdentity identity = AttemptCertificate.create();

    try (NetNode first = open(identity);
        NetNode second = open(identity)) {
      assertThat(sums(first, second, NodeForm.EXACT)).containsExactly(3f * LENGTH, 3f * LENGTH);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 0.5f})
  void exchangesPackedVectorsUnderTheCertificateOfTheAttempt(float quantum) throws Exception {
    TlsIdentity identity = AttemptCertificate.create();
    NodeForm form =
        new NodeForm(Rounding.toBfloat16(LENGTH, List.of()), new Coding.Packed(quantum));

    try (NetNode first = open(identity);
        NetNode second = open(identity)) {
      assertThat(sums(first, second, form)).containsExactly(3f * LENGTH, 3f * LENGTH);
    }
  }

  @Test
  void doesNotMeetAPeerWithAnotherCertificate() {
    try (NetNode first = open(AttemptCertificate.create());
        NetNode second = open(AttemptCertificate.create())) {
      assertThatThrownBy(() -> sums(first, second, NodeForm.EXACT))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(LockstepException.class)
          .hasMessageStartingWith("Failed to connect rank ");
    }
  }

  private NetNode open(TlsIdentity identity) {
    NetSettings settings =
        new NetSettings(
            "127.0.0.1",
            Duration.ofSeconds(4),
            StallPolicy.failAfter(Duration.ofSeconds(20)),
            Optional.of(identity),
            NetSettings.Tuning.DEFAULT);
    return NetNode.open(new AttemptName("run", 1), key, settings);
  }

  /** What both ranks have, added up, once rank r has brought a vector of r + 1. */
  private List<Float> sums(NetNode first, NetNode second, NodeForm form) throws Exception {
    Roster roster = Roster.of(List.of(first.address(), second.address()));
    Future<Float> one = threads.submit(() -> sum(first, roster, 0, form));
    Future<Float> other = threads.submit(() -> sum(second, roster, 1, form));
    return List.of(one.get(), other.get());
  }

  private static float sum(NetNode node, Roster roster, int rank, NodeForm form) {
    try (ProcessGroup group = node.join(roster, new LaneTree(2), rank)) {
      FloatVector vector = FloatVector.allocate(LENGTH);
      for (int i = 0; i < LENGTH; i++) {
        vector.floats().put(i, rank + 1);
      }
      LaneSums sums = new LaneSums(group.tree(), group.lanes(), LENGTH);
      sums.clear(form);
      sums.add(vector);
      Traffic before = group.traffic();
      group.allReduce(sums, vector, OCCASION);
      long saved = group.traffic().since(before).saved();
      assertThat(saved > LENGTH).isEqualTo(form.coding() instanceof Coding.Packed);
      float sum = 0;
      for (int i = 0; i < LENGTH; i++) {
        sum += vector.floats().get(i);
      }
      group.barrier(OCCASION);
      return sum;
    }
  }
}
