/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes JSON as Python's {@code json.dumps(value, indent=2, sort_keys=True)} does. */
final class PythonJson {

  private final StringBuilder text = new StringBuilder();

  private PythonJson() {}

  static String write(@Nullable Object value) {
    PythonJson json = new PythonJson();
    json.value(value, "\n");
    return json.text.toString();
  }

  private void value(@Nullable Object value, String line) {
    if (value instanceof Map<?, ?> map) {
      object(map, line);
    } else if (value instanceof List<?> list) {
      array(list, line);
    } else if (value instanceof String string) {
      string(string);
    } else if (value instanceof Double || value instanceof Float) {
      text.append(number(((Number) value).doubleValue()));
    } else {
      text.append(value); // null, a boolean or a whole number
    }
  }

  private void object(Map<?, ?> map, String line) {
    if (map.isEmpty()) {
      text.append("{}");
      return;
    }
    Map<String, @Nullable Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put(String.valueOf(key), value));
    String inner = line + "  ";
    String between = "{";
    for (Map.Entry<String, @Nullable Object> entry : sorted.entrySet()) {
      text.append(between).append(inner);
      string(entry.getKey());
      text.append(": ");
      value(entry.getValue(), inner);
      between = ",";
    }
    text.append(line).append('}');
  }

  private void array(List<?> list, String line) {
    if (list.isEmpty()) {
      text.append("[]");
      return;
    }
    String inner = line + "  ";
    text.append('[');
    for (Iterator<?> values = list.iterator(); values.hasNext(); ) {
      text.append(inner);
      value(values.next(), inner);
      text.append(values.hasNext() ? "," : line);
    }
    text.append(']');
  }

  private void string(String string) {
    text.append('"');
    for (int i = 0; i < string.length(); i++) {
      char c = string.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        case '\b' -> text.append("\\b");
        case '\f' -> text.append("\\f");
        default -> {
          if (c < ' ' || c > '~') {
            text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  /** Returns Python's {@code repr} of a float. */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "Infinity" : "-Infinity";
    }
    double size = Math.abs(value);
    BigDecimal stripped = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (size == 0 || (size >= 1e-4 && size < 1e16)) {
      String plain = stripped.toPlainString();
      return plain.contains(".") ? plain : plain + ".0";
    }
    String digits = stripped.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - stripped.scale();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }
}
