package dev.lockstep.driver.hdfs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.common.run.RunDirectory;
import dev.lockstep.common.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The commit log of a run as anybody can read it. */
record RunLog(Storage storage, RunDirectory run) {
  /** The driver epoch of each entry, in the order of the entries. */
  List<Integer> driverEpochs() throws IOException {
    List<Integer> epochs = new ArrayList<>();
    for (String name : storage.names(run.log())) {
      JsonNode entry = new JsonMapper().readTree(storage.readText(run.log() + "/" + name));
      epochs.add(entry.findValue("driverEpoch").asInt());
    }
    return epochs;
  }
}
