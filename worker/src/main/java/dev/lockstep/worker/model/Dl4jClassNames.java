package dev.lockstep.worker.model;

import dev.lockstep.common.failure.LockstepException;
import java.io.IOException;
import java.util.function.BiFunction;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonFactoryBuilder;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.core.JsonToken;
import org.nd4j.shade.jackson.core.StreamReadFeature;

/**
 * Guards DL4J's JSON reader, which makes an object of any class that a document names: a document
 * may name DL4J's and ND4J's own classes only.
 *
 * <p>DL4J takes the class of a polymorphic field from its property {@code @class} or, for
 * distributions, {@code type}. The document is read here with the very parser that DL4J uses, and a
 * key that occurs twice is refused, so that both see the same names.
 */
public final class Dl4jClassNames {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private static final int MAX_DEPTH = 100;

  private final BiFunction<String, Throwable, LockstepException> refusal;

  private Dl4jClassNames(BiFunction<String, Throwable, LockstepException> refusal) {
    this.refusal = refusal;
  }

  /**
   * Lets a document pass whose classes are DL4J's alone.
   *
   * @param json configuration of a network
   * @param refusal makes the failure from a reason, a clause about the document as "it", and a
   *     cause that may be null
   * @throws LockstepException that {@code refusal} makes, for a document that is not JSON, is
   *     nested deeper than 100 levels, or names a class of somebody else
   */
  public static void check(String json, BiFunction<String, Throwable, LockstepException> refusal) {
    try (JsonParser parser = JSON.createParser(json)) {
      new Dl4jClassNames(refusal).check(parser);
    } catch (JsonProcessingException e) {
      throw refusal.apply("it is not JSON (" + e.getOriginalMessage() + ")", e);
    } catch (IOException e) {
      throw refusal.apply(e.getMessage(), e);
    }
  }

  private void check(JsonParser parser) throws IOException {
    int depth = 0;
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      if (depth > MAX_DEPTH) {
        throw refusal.apply("it is nested deeper than %d levels".formatted(MAX_DEPTH), null);
      }
      if (!token.isStructEnd() && namesClass(parser, token) && !isAllowed(parser.getText())) {
        throw refusal.apply(
            "it names the class '%s', which is not Deeplearning4j's".formatted(parser.getText()),
            null);
      }
    }
  }

  /** Whether the token is the value of a property that names a class. */
  private static boolean namesClass(JsonParser parser, JsonToken token) throws IOException {
    String property = parser.getCurrentName();
    return token != JsonToken.FIELD_NAME
        && property != null
        && (property.equals("@class")
            || (property.equals("type") && parser.getText().contains(".")));
  }

  private static boolean isAllowed(String name) {
    return name.matches("org\\.(deeplearning4j|nd4j)\\.[\\w.$]+")
        && !name.startsWith("org.nd4j.shade.");
  }
}
