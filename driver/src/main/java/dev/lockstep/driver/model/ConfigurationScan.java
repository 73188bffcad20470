package dev.lockstep.driver.model;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;

/**
 * Reads the configuration of a network for the classes that it names, before anything loads one.
 *
 * <p>Deeplearning4j takes the class of a polymorphic field from its property {@code @class} or, for
 * distributions, {@code type}. The parser is the one that Deeplearning4j reads with, so both see
 * the same properties.
 */
final class ConfigurationScan {
  private static final List<String> ALLOWED = List.of("org.deeplearning4j.", "org.nd4j.");
  private static final int MAX_DEPTH = 100;

  private ConfigurationScan() {}

  static void check(byte[] json, String origin) {
    String text = new String(json, StandardCharsets.UTF_8);
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > MAX_DEPTH) {
          throw NetworkArchive.refused(
              origin, "its configuration is nested deeper than " + MAX_DEPTH + " levels", null);
        }
        if (!token.isStructEnd() && namesForeignClass(parser, token)) {
          throw NetworkArchive.refused(
              origin,
              "its configuration names the class '%s', which is not Deeplearning4j's"
                  .formatted(parser.getText()),
              null);
        }
      }
    } catch (JsonProcessingException e) {
      throw NetworkArchive.refused(
          origin, "its configuration is not JSON (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw NetworkArchive.refused(origin, e.getMessage(), e);
    }
  }

  /** Whether the token is the value of a property that names a class, and not one to be loaded. */
  private static boolean namesForeignClass(JsonParser parser, JsonToken token) throws IOException {
    String property = parser.getCurrentName();
    if (token == JsonToken.FIELD_NAME || property == null) {
      return false;
    }
    String text = parser.getText();
    boolean namesClass =
        property.equals("@class") || (property.equals("type") && text.contains("."));
    return namesClass && ALLOWED.stream().noneMatch(text::startsWith);
  }
}
