package org.graft4j.text;

import static java.util.Objects.requireNonNull;

/**
 * A text with the class it belongs to.
 *
 * @param text the text
 * @param label the name of the class
 */
public record LabeledText(String text, String label) {
  /** Checks that both are there. */
  public LabeledText {
    requireNonNull(text, "text");
    requireNonNull(label, "label");
  }
}
