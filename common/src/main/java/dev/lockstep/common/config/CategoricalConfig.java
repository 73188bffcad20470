package dev.lockstep.common.config;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What happens to columns of categories. A missing category is a category of its own where the
 * training part has one, else an unseen one.
 */
public record CategoricalConfig(ColumnChoice columns, Encode encode, Unseen unseen) {
  /** One element for each category, or one element with the category's number. */
  public enum Encode {
    @JsonProperty("one-hot")
    ONE_HOT,
    @JsonProperty("index")
    INDEX
  }

  /**
   * What a category means that the training part does not have: all zeros (one-hot), one past the
   * last number (index), or an error.
   */
  public enum Unseen {
    @JsonProperty("ignore")
    IGNORE,
    @JsonProperty("error")
    ERROR
  }
}
