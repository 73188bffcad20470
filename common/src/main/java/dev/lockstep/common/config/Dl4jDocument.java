package dev.lockstep.common.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.common.config.ModelConfig.Dl4j;
import dev.lockstep.common.config.binding.Problems;
import dev.lockstep.common.config.binding.Types;
import dev.lockstep.common.config.binding.ValueType;
import dev.lockstep.common.storage.Storage;
import java.util.Optional;

/** A key that names a file with DL4J's JSON, which becomes a part of the job. */
record Dl4jDocument(Storage storage) implements ValueType<Dl4j> {
  private static final JsonMapper MAPPER = new JsonMapper();

  @Override
  public String description() {
    return "the path of a JSON file";
  }

  @Override
  public Optional<Dl4j> read(JsonNode node, String path, Problems problems) {
    return Types.path()
        .read(node, path, problems)
        .flatMap(file -> document(file, path, problems))
        .filter(document -> isJson(document, path, problems));
  }

  private Optional<Dl4j> document(String file, String path, Problems problems) {
    if (!storage.exists(file) || storage.isDirectory(file)) {
      problems.add("'%s' is \"%s\" but must be a file that exists".formatted(path, file));
      return Optional.empty();
    }
    return Optional.of(new Dl4j(file, storage.readText(file)));
  }

  private static boolean isJson(Dl4j document, String path, Problems problems) {
    try {
      if (MAPPER.readTree(document.json()).isObject()) {
        return true;
      }
      problems.add("'%s': %s holds no JSON object".formatted(path, document.path()));
    } catch (JsonProcessingException e) {
      problems.add(
          "'%s': %s is not JSON (line %d, column %d)"
              .formatted(
                  path,
                  document.path(),
                  e.getLocation().getLineNr(),
                  e.getLocation().getColumnNr()));
    }
    return false;
  }
}
