package dev.lockstep.common.storage;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/** Records to JSON and back, in one form for every file that Lockstep writes. */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .serializationInclusion(JsonInclude.Include.NON_ABSENT)
          .build();

  private Json() {}

  /** The document of a record, indented, its fields in the order of the record's components. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new LockstepException(
          FailureKind.INTERNAL, "Cannot write %s as JSON".formatted(value.getClass()), e);
    }
  }

  /** A document as a tree; decimal numbers are doubles. */
  static JsonNode tree(String text, String origin) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot read %s: not JSON (%s)".formatted(origin, e.getOriginalMessage()),
          e);
    }
  }

  /**
   * Refuses a document of a format that this Lockstep does not read.
   *
   * @param oldest format that is read
   * @param known the newest one, which is also written
   */
  public static void requireFormat(String text, int oldest, int known, String origin) {
    int version = tree(text, origin).path("formatVersion").asInt(known);
    if (version < oldest || version > known) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot read %s: its format version is %d but this Lockstep knows %s (use %s one)"
              .formatted(
                  origin,
                  version,
                  oldest == known ? "%d".formatted(known) : "%d to %d".formatted(oldest, known),
                  version > known ? "a newer" : "an older"));
    }
  }

  /**
   * The record that a document describes.
   *
   * @param origin what the text was read from, for the message of a failure
   */
  public static <T> T read(String text, Class<T> type, String origin) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot read %s: not a valid %s (%s)"
              .formatted(origin, type.getSimpleName(), e.getOriginalMessage()),
          e);
    }
  }
}
