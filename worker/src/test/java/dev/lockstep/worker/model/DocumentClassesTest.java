package dev.lockstep.worker.model;

import static dev.lockstep.worker.model.Documents.OF_CONF;
import static dev.lockstep.worker.model.Documents.VECTOR;
import static dev.lockstep.worker.model.Documents.build;
import static dev.lockstep.worker.model.Documents.dense;
import static dev.lockstep.worker.model.Documents.output;
import static dev.lockstep.worker.model.Documents.refuses;
import static dev.lockstep.worker.model.ModelFixtures.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.common.failure.LockstepException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** A document is one of Deeplearning4j and names no class but Deeplearning4j's. */
@Timeout(60)
class DocumentClassesTest {
  @Test
  void refusesTextThatIsNoDocumentOfDl4j() {
    String neither =
        OF_CONF
            + "it is neither a MultiLayerConfiguration nor a ComputationGraphConfiguration of DL4J"
            + " (no 'confs', no 'vertices')";
    refuses("{\"a\": 1}", neither);
    refuses("[]", neither);
    refuses("{\"confs\": [], \"vertices\": {}}", OF_CONF + "it has both 'confs' and 'vertices'");
    refuses(
        "{\"confs\": []}",
        OF_CONF + "it is not a MultiLayerConfiguration of DL4J (no layer in 'confs')");
    assertThatThrownBy(() -> build("{\"confs\": [{\"layer\": 7}]}", classes(VECTOR, 2)))
        .isInstanceOf(LockstepException.class)
        .hasMessageStartingWith(OF_CONF + "it is not a MultiLayerConfiguration of DL4J (");
    assertThatThrownBy(() -> build("{", classes(VECTOR, 2)))
        .isInstanceOf(LockstepException.class)
        .hasMessageStartingWith(OF_CONF + "it is not JSON (");
  }

  @Test
  void refusesClassesOfSomebodyElse() {
    String json = dense(2).build().toJson();
    String activation = "org.nd4j.linalg.activations.impl.ActivationReLU";
    assertThat(json).contains(activation);
    for (String foreign :
        new String[] {"javax.swing.JEditorPane", "Evil", "org.nd4j.shade.guava.Gadget"}) {
      refuses(
          json.replace(activation, foreign),
          OF_CONF + "it names the class '%s', which is not Deeplearning4j's".formatted(foreign));
    }
  }

  @Test
  void refusesClassesHiddenBehindASecondKey() {
    String json = dense(2).build().toJson();
    String key = "\"@class\" : \"org.nd4j.linalg.activations.impl.ActivationReLU\"";
    assertThat(json).contains(key);

    assertThatThrownBy(
            () -> build(json.replace(key, key + ", \"@class\" : \"Evil\""), classes(VECTOR, 2)))
        .isInstanceOf(LockstepException.class)
        .hasMessageStartingWith(OF_CONF + "it is not JSON (Duplicate field '@class')");
  }

  @Test
  void acceptsSchedulesAndDistributions() {
    MultiLayerConfiguration original =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(new MapSchedule.Builder(ScheduleType.EPOCH).add(0, 0.1).build()))
            .weightInit(new NormalDistribution(0, 0.1))
            .list(output(2).nIn(6).build())
            .build();

    assertThatCode(() -> build(original.toJson(), classes(VECTOR, 2))).doesNotThrowAnyException();
  }

  @Test
  void refusesForeignDistributions() {
    String json =
        new NeuralNetConfiguration.Builder()
            .weightInit(new NormalDistribution(0, 0.1))
            .list(output(2).nIn(6).build())
            .build()
            .toJson();
    String distribution = NormalDistribution.class.getName();
    assertThat(json).contains("\"type\" : \"" + distribution);

    refuses(
        json.replace(distribution, "com.example.Evil"),
        OF_CONF + "it names the class 'com.example.Evil', which is not Deeplearning4j's");
  }
}
