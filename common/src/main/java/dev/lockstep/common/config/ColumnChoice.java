package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Which columns a treatment applies to. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ColumnChoice.Auto.class, name = "auto"),
  @JsonSubTypes.Type(value = ColumnChoice.Named.class, name = "named")
})
public sealed interface ColumnChoice {
  /** Every column whose inferred type fits and that no other list names. */
  record Auto() implements ColumnChoice {}

  /** These columns; the list may be empty. */
  record Named(List<String> columns) implements ColumnChoice {
    public Named {
      columns = List.copyOf(columns);
    }
  }
}
