/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The {@code config.json} of a model: an object of numbers, texts and truth values.
 *
 * <p>Sizes are integers from 1 to 2³¹ − 1. An entry that is null counts as missing.
 */
public final class ModelConfig {
  private static final long MAX_BYTES = 1 << 24;

  private final String name;
  private final JsonNode json;

  private ModelConfig(String name, JsonNode json) {
    this.name = name;
    this.json = json;
  }

  /**
   * Reads a file.
   *
   * @param file the {@code config.json}
   * @return what it says
   * @throws ModelException if it is missing, or not a JSON object
   * @throws IOException if it cannot be read
   */
  public static ModelConfig read(Path file) throws IOException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ModelException(file + " is too large for a configuration: " + Files.size(file));
      }
      return of(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new ModelException(
          "there is no '" + file + "'; a Hugging Face model is a folder with config.json", e);
    }
  }

  /**
   * Reads a text.
   *
   * @param name what messages call it
   * @param text a JSON object
   * @return what it says
   * @throws ModelException if it is no JSON object
   */
  public static ModelConfig of(String name, String text) throws ModelException {
    try {
      JsonNode json = new ObjectMapper().readTree(text);
      if (!(json instanceof ObjectNode)) {
        throw new ModelException(name + " is not a JSON object");
      }
      return new ModelConfig(name, json);
    } catch (JsonProcessingException e) {
      throw new ModelException(name + " is not JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Says whether there is an entry.
   *
   * @param key its name
   * @return true if it is there and not null
   */
  public boolean has(String key) {
    return json.hasNonNull(key);
  }

  /**
   * Chooses between two names of an entry.
   *
   * @param key its name
   * @param other its name in other files
   * @return the other name where only that is there
   */
  public String present(String key, String other) {
    return !has(key) && has(other) ? other : key;
  }

  /**
   * Returns a size.
   *
   * @param key its name
   * @return the size
   * @throws ModelException if it is missing, or no size
   */
  public int size(String key) throws ModelException {
    return positive(key, required(key));
  }

  /**
   * Returns a size that may be missing.
   *
   * @param key its name
   * @param otherwise what it is then
   * @return the size
   * @throws ModelException if it is no size
   */
  public int size(String key, int otherwise) throws ModelException {
    return has(key) ? size(key) : otherwise;
  }

  /**
   * Returns an integer that may be missing.
   *
   * @param key its name
   * @param otherwise what it is then
   * @return the integer
   * @throws ModelException if it is no integer
   */
  public int integer(String key, int otherwise) throws ModelException {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = json.get(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(key, "must be an integer", value);
    }
    return value.intValue();
  }

  /**
   * Returns a finite number that may be missing.
   *
   * @param key its name
   * @param otherwise what it is then
   * @return the number
   * @throws ModelException if it is no finite number
   */
  public double number(String key, double otherwise) throws ModelException {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = json.get(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw wrong(key, "must be a number", value);
    }
    return value.doubleValue();
  }

  /**
   * Returns a truth value that may be missing.
   *
   * @param key its name
   * @param otherwise what it is then
   * @return the value
   * @throws ModelException if it is neither true nor false
   */
  public boolean flag(String key, boolean otherwise) throws ModelException {
    if (!has(key)) {
      return otherwise;
    }
    if (!json.get(key).isBoolean()) {
      throw wrong(key, "must be true or false", json.get(key));
    }
    return json.get(key).booleanValue();
  }

  /**
   * Returns a text.
   *
   * @param key its name
   * @return the text
   * @throws ModelException if it is missing, or no text
   */
  public String text(String key) throws ModelException {
    JsonNode value = required(key);
    if (!value.isTextual()) {
      throw wrong(key, "must be a text", value);
    }
    return value.textValue();
  }

  /**
   * Returns a text that may be missing.
   *
   * @param key its name
   * @param otherwise what it is then
   * @return the text
   * @throws ModelException if it is no text
   */
  public String text(String key, String otherwise) throws ModelException {
    return has(key) ? text(key) : otherwise;
  }

  /**
   * Returns a list of texts.
   *
   * @param key its name
   * @return the texts, none if it is missing
   * @throws ModelException if it is no list of texts
   */
  public List<String> texts(String key) throws ModelException {
    if (!has(key)) {
      return List.of();
    }
    JsonNode value = json.get(key);
    List<JsonNode> items = StreamSupport.stream(value.spliterator(), false).toList();
    if (!value.isArray() || !items.stream().allMatch(JsonNode::isTextual)) {
      throw wrong(key, "must be a list of texts", value);
    }
    return items.stream().map(JsonNode::textValue).toList();
  }

  /**
   * Returns how many labels a classifier tells apart.
   *
   * @return {@code num_labels}, or as many as {@code id2label} names, or 2
   * @throws ModelException if it is no size
   */
  public int labels() throws ModelException {
    ModelConfig names = object("id2label");
    return size("num_labels", names == null ? 2 : Math.max(1, names.json.size()));
  }

  /**
   * Returns an object inside.
   *
   * @param key its name
   * @return what it says, or null if it is missing
   * @throws ModelException if it is no object
   */
  public @Nullable ModelConfig object(String key) throws ModelException {
    if (!has(key)) {
      return null;
    }
    if (!json.get(key).isObject()) {
      throw wrong(key, "must be an object", json.get(key));
    }
    return new ModelConfig(name + ": " + key, json.get(key));
  }

  /**
   * Says that two sizes contradict each other.
   *
   * @param divisor the name of one that must divide the other
   * @param dividend the name of the other
   * @param small the first size
   * @param large the second size
   * @throws ModelException if it does not
   */
  public void requireDivides(String divisor, int small, String dividend, int large)
      throws ModelException {
    if (large % small != 0) {
      throw new ModelException(
          name + ": '" + divisor + "' must divide '" + dividend + "' " + large + ": " + small);
    }
  }

  /**
   * Makes an exception about an entry, to be thrown.
   *
   * @param key its name
   * @param problem what is wrong, such as {@code is not supported}
   * @return the exception, which names the file, the entry and its value
   */
  public ModelException wrong(String key, String problem) {
    return wrong(key, problem, json.path(key));
  }

  /**
   * Makes an exception about an entry that may be missing.
   *
   * @param key its name
   * @param problem what is wrong
   * @param value what it is, or is when it is missing
   * @return the exception
   */
  public ModelException wrong(String key, String problem, Number value) {
    JsonNode shown = new ObjectMapper().valueToTree(value);
    return wrong(key, problem, shown);
  }

  private ModelException wrong(String key, String problem, JsonNode value) {
    String shown = value.toString();
    return new ModelException(
        name
            + ": '"
            + key
            + "' "
            + problem
            + ": "
            + (shown.length() > 60 ? shown.substring(0, 60) + "…" : shown));
  }

  private JsonNode required(String key) throws ModelException {
    if (!has(key)) {
      throw new ModelException(name + ": there is no '" + key + "'");
    }
    return json.get(key);
  }

  private int positive(String key, JsonNode value) throws ModelException {
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() <= 0) {
      throw wrong(key, "must be a positive integer", value);
    }
    return value.intValue();
  }
}
