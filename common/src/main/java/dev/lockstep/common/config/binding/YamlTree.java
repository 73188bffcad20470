package dev.lockstep.common.config.binding;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.ContentReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** YAML as a tree, with what would silently mean something else refused. */
public final class YamlTree {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private YamlTree() {}

  /**
   * The tree of a document; a missing node where the text is empty.
   *
   * @param origin what the text was read from, for messages
   * @throws LockstepException ({@link FailureKind#CONFIG}) where the text is not YAML, has a key
   *     twice, an alias, or more than one document
   */
  public static JsonNode parse(String text, String origin) {
    try {
      refuseAliases(text, origin);
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw refused(origin, location(e), reason(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory does not fail", e);
    }
  }

  /** What is wrong, after what was being read, in printable characters. */
  private static String reason(JsonProcessingException e) {
    String text =
        e.getCause() instanceof MarkedYAMLException marked
            ? Stream.of(marked.getContext(), marked.getProblem())
                .filter(Objects::nonNull)
                .collect(Collectors.joining(": "))
            : e.getOriginalMessage().lines().findFirst().orElse("malformed");
    return text.replaceAll("[\\p{Cc}\u2028\u2029]", "?");
  }

  /** Of what is wrong, not of what was being read, which may have begun long before. */
  private static JsonLocation location(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked && marked.getProblemMark() != null) {
      Mark at = marked.getProblemMark();
      return new JsonLocation(
          ContentReference.unknown(), at.getIndex(), at.getLine() + 1, at.getColumn() + 1);
    }
    return e.getLocation();
  }

  /** The parser hands out an alias as if its name were the value. */
  private static void refuseAliases(String text, String origin) throws IOException {
    try (YAMLParser parser = MAPPER.getFactory().createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.isCurrentAlias()) {
          throw refused(
              origin,
              parser.getTokenLocation(),
              "aliases (*%s) are not supported".formatted(parser.getText()),
              null);
        }
      }
    }
  }

  private static LockstepException refused(
      String origin, JsonLocation location, String reason, Throwable cause) {
    return new LockstepException(
        FailureKind.CONFIG,
        "Cannot read %s: %s at line %d, column %d"
            .formatted(origin, reason, location.getLineNr(), location.getColumnNr()),
        cause);
  }
}
