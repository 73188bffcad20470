package dev.lockstep.common.storage;

import dev.lockstep.common.failure.FailureKind;
import dev.lockstep.common.failure.LockstepException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.security.AccessControlException;

/** Puts into words why a file system did not do as it was told. */
final class Refusal {
  /** Java's own streams throw "no such file" for every refusal, and tell which in brackets. */
  private static final Pattern IN_BRACKETS = Pattern.compile(".* \\(([A-Z][^()]*)\\)");

  private static final Pattern WIKI = Pattern.compile("; For more details see: .*");

  private static final Map<String, String> ADVICE =
      Map.of(
          "No space left on device", "free some, or name another place",
          "Disk quota exceeded", "free some, or name another place",
          "No FileSystem for scheme", "correct the path, or add the jar of that file system",
          "Read-only file system", "name another place",
          "UnknownHostException",
              "correct the name, or let HADOOP_CONF_DIR point to site files that say what it stands for",
          "is not supported in state standby",
              "make a NameNode active, or name the file system as the site files call it");

  private static final String MISSING = "no such file";
  private static final String DENIED = "permission denied";

  private Refusal() {}

  /** What may fail in the ways that file systems do. */
  interface Action<T> {
    T run() throws IOException;
  }

  /**
   * Does something with a path; whatever the file system throws becomes a failure of kind STORAGE.
   *
   * @param verb what is to be done
   */
  static <T> T attempt(String verb, String path, Action<T> action) {
    try {
      return action.run();
    } catch (FSError e) {
      throw of(verb, path, e.getCause());
    } catch (IOException | IllegalArgumentException e) {
      throw of(verb, path, e);
    } catch (RuntimeException e) {
      if (e.getCause() instanceof ClassNotFoundException missing) {
        throw of(verb, path, unknownScheme(missing, e));
      }
      throw e;
    }
  }

  private static IOException unknownScheme(ClassNotFoundException missing, Exception e) {
    return new IOException(
        "its file system is not on the class path (add the jar that has %s)"
            .formatted(missing.getMessage()),
        e);
  }

  /**
   * The failure of kind STORAGE that is reported.
   *
   * @param verb what was to be done
   */
  static LockstepException of(String verb, String path, Throwable cause) {
    String problem = Identification.problem(cause).orElseGet(() -> reason(cause));
    return new LockstepException(
        FailureKind.STORAGE,
        "Cannot %s %s: %s%s".formatted(verb, path, problem, advice(problem)),
        cause);
  }

  /** What to do about problems that say nothing of it. */
  private static String advice(String problem) {
    return ADVICE.entrySet().stream()
        .filter(known -> problem.contains(known.getKey()))
        .map(known -> " (%s)".formatted(known.getValue()))
        .findFirst()
        .orElse("");
  }

  /** Java's own streams throw the same exception where permission is missing. */
  static boolean saysMissing(Throwable cause) {
    return reason(cause).equals(MISSING);
  }

  /** Why something failed, in one line. */
  static String reason(Throwable cause) {
    if (cause instanceof FileNotFoundException) {
      return inBrackets(String.valueOf(cause.getMessage()));
    }
    if (cause instanceof AccessControlException) {
      return DENIED;
    }
    if (cause instanceof FileSystemException failure) {
      return reason(failure);
    }
    return cause.getMessage() == null ? cause.toString() : firstLine(cause.getMessage());
  }

  /** A NameNode sends its stack trace along with the reason, Hadoop's client a link to its wiki. */
  private static String firstLine(String message) {
    return message
        .lines()
        .map(line -> WIKI.matcher(line).replaceAll("").strip())
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse(message);
  }

  private static String inBrackets(String message) {
    Matcher matcher = IN_BRACKETS.matcher(message);
    if (!matcher.matches() || matcher.group(1).startsWith("No such file")) {
      return MISSING;
    }
    String reason = matcher.group(1);
    return reason.substring(0, 1).toLowerCase(Locale.ROOT) + reason.substring(1);
  }

  /** The message of such an exception may be no more than the path. */
  private static String reason(FileSystemException failure) {
    if (failure instanceof NoSuchFileException) {
      return MISSING;
    }
    if (failure instanceof AccessDeniedException) {
      return DENIED;
    }
    if (failure instanceof NotDirectoryException) {
      return failure.getFile() + " is not a folder";
    }
    return failure.getReason() == null ? failure.toString() : failure.getReason();
  }
}
