package dev.lockstep.common.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;

/** A JSON document that carries the digest of its content, so that a damaged one is noticed. */
public final class SealedJson {
  private static final String CONTENT = "content";
  private static final String DIGEST = "sha256";

  private SealedJson() {}

  /** The document of a record. */
  public static String write(Object value) {
    JsonNode content = Json.tree(Json.write(value), "a document just written");
    ObjectNode sealed = JsonNodeFactory.instance.objectNode();
    sealed.put(DIGEST, digest(content));
    sealed.set(CONTENT, content);
    return Json.write(sealed);
  }

  /**
   * The content of a document, as JSON.
   *
   * @param origin what the text was read from, for the message of a failure
   * @throws LockstepException of kind STORAGE where it is not what was written
   */
  public static String open(String text, String origin) {
    JsonNode sealed = Json.tree(text, origin);
    JsonNode content = sealed.path(CONTENT);
    if (!sealed.path(DIGEST).asText().equals(digest(content))) {
      throw new LockstepException(
          FailureKind.STORAGE,
          "Cannot read %s: its content does not match its digest".formatted(origin));
    }
    return content.toString();
  }

  private static String digest(JsonNode content) {
    return Sha256.of(content.toString());
  }
}
