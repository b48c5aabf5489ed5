/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.graft4j.text.Csv;
import org.graft4j.text.TextFiles;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known beside a PEFT directory to use its adapter for a task: the file {@code
 * task.json} in that directory.
 *
 * <pre>{@code
 * {
 *   "task" : "text-classification",
 *   "labels" : [ "ham", "spam" ],         in the order of the logits
 *   "pooling" : "mean",                   mean, cls or last
 *   "max_length" : 128,                   tokens
 *   "hidden" : "last_hidden_state",       absent: found by name or rank
 *   "text_column" : "text",
 *   "label_column" : "label",
 *   "base_sha256" : "…",                  see BaseHash
 *   "graft4j_version" : "0.1.0"
 * }
 * }</pre>
 *
 * @param labels the classes, in the order of the logits
 * @param options pooling, maximum length and hidden value; the other options are not written
 * @param textColumn the column of the text
 * @param labelColumn the column of the label
 * @param baseHash the fingerprint of the base weights
 */
public record TaskFile(
    List<String> labels,
    TextClassificationOptions options,
    String textColumn,
    String labelColumn,
    String baseHash) {
  /** The name of the file. */
  public static final String NAME = "task.json";

  private static final String TEXT_CLASSIFICATION = "text-classification";
  private static final int MAX_SIZE = 10_000_000;
  private static final ObjectMapper JSON = new ObjectMapper(new JsonFactory());

  /**
   * Copies the labels.
   *
   * @param labels the classes, in the order of the logits
   * @param options pooling, maximum length and hidden value
   * @param textColumn the column of the text
   * @param labelColumn the column of the label
   * @param baseHash the fingerprint of the base weights
   */
  public TaskFile {
    labels = ImmutableList.copyOf(labels);
    checkArgument(labels.size() > 1, "classification needs at least two labels: %s", labels);
  }

  /**
   * Describes a task on columns {@code text} and {@code label}.
   *
   * @param task the task
   * @return what is to be written
   */
  public static TaskFile of(TextClassification task) {
    return of(task, Csv.TEXT, Csv.LABEL);
  }

  /**
   * Describes a task.
   *
   * @param task the task
   * @param textColumn the column of the text
   * @param labelColumn the column of the label
   * @return what is to be written
   */
  public static TaskFile of(TextClassification task, String textColumn, String labelColumn) {
    return new TaskFile(task.labels(), task.options(), textColumn, labelColumn, task.baseHash());
  }

  /**
   * Writes the file; it appears complete or not at all.
   *
   * @param folder the PEFT directory
   * @throws IOException if it cannot be written
   */
  public void write(Path folder) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("task", TEXT_CLASSIFICATION);
    ArrayNode array = json.putArray("labels");
    labels.forEach(array::add);
    json.put("pooling", options.pooling().label());
    json.put("max_length", options.maxLength());
    if (options.hidden() != null) {
      json.put("hidden", options.hidden());
    }
    json.put("text_column", textColumn);
    json.put("label_column", labelColumn);
    json.put("base_sha256", baseHash);
    json.put("graft4j_version", version());
    TextFiles.write(
        folder.resolve(NAME),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
  }

  /**
   * Reads the file.
   *
   * @param folder the PEFT directory
   * @return the task
   * @throws NoSuchFileException if there is none
   * @throws IOException if it cannot be read or is broken; the message says where
   */
  public static TaskFile read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(),
          null,
          "there is no task file; graft4j train writes one beside the adapter");
    }
    if (Files.size(file) > MAX_SIZE) {
      throw new IOException(NAME + ": larger than " + MAX_SIZE + " bytes: " + Files.size(file));
    }
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      String task = text(json, "task", null);
      if (!task.equals(TEXT_CLASSIFICATION)) {
        throw new IOException(
            NAME
                + ": task is not known: '"
                + task
                + "'; this version knows "
                + TEXT_CLASSIFICATION);
      }
      ImmutableList.Builder<String> labels = ImmutableList.builder();
      for (JsonNode label : json.path("labels")) {
        labels.add(label.asText());
      }
      JsonNode length = json.path("max_length");
      if (!length.isInt()) {
        throw new IOException(NAME + ": 'max_length' is missing or no whole number");
      }
      TextClassificationOptions options =
          TextClassificationOptions.DEFAULT
              .withPooling(Pooling.of(text(json, "pooling", null)))
              .withMaxLength(length.asInt());
      if (json.has("hidden")) {
        options = options.withHidden(text(json, "hidden", null));
      }
      return new TaskFile(
          labels.build(),
          options,
          text(json, "text_column", Csv.TEXT),
          text(json, "label_column", Csv.LABEL),
          text(json, "base_sha256", ""));
    } catch (JsonProcessingException e) {
      throw new IOException(NAME + ": not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IOException(NAME + ": " + e.getMessage(), e);
    }
  }

  private static String text(JsonNode json, String key, @Nullable String fallback)
      throws IOException {
    JsonNode node = json.path(key);
    if (node.isTextual()) {
      return node.asText();
    }
    if (node.isMissingNode() && fallback != null) {
      return fallback;
    }
    throw new IOException(NAME + ": '" + key + "' is missing or no text");
  }

  private static String version() {
    String version = TaskFile.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
