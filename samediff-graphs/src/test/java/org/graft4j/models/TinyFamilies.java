/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tiny models of each family with what transformers computes for them, for everyone's tests. The
 * script {@code make_families.py} says what is in the files.
 */
public final class TinyFamilies {
  private TinyFamilies() {}

  /** Returns the names of the folders. */
  public static List<String> names() {
    return List.of(
        "bert",
        "llama",
        "llama3",
        "gpt2",
        "opt",
        "opt-350m",
        "mistral",
        "qwen2",
        "qwen3",
        "gemma",
        "gemma2",
        "glm",
        "glm4",
        "phi3",
        "bloom",
        "gpt_neox",
        "gpt_neox-serial",
        "gptj",
        "codegen",
        "openai-gpt",
        "roberta",
        "xlm-roberta",
        "distilbert",
        "electra",
        "t5",
        "t5-gated",
        "mt5",
        "bart",
        "mbart");
  }

  /** Returns the forms of which a family has expected outputs. */
  public static List<Form> forms(String family) {
    return List.of(Form.values()).stream()
        .filter(
            form ->
                form == Form.BASE
                    || arrays(family, "cases").keySet().stream()
                        .anyMatch(name -> name.startsWith("0.out." + form + ".")))
        .toList();
  }

  /** Writes the graph of a family in a form, with the head that belongs to the expected outputs. */
  public static SameDiff graph(String family, Form form) {
    Map<String, INDArray> weights = new LinkedHashMap<>(arrays(family, "model"));
    if (TinyFamilies.class.getResource(path(family, form + ".safetensors")) != null) {
      weights.putAll(arrays(family, form.toString()));
    }
    try {
      ModelConfig config = ModelConfig.of(family, text(family));
      return HuggingFaceModels.graph(config, Checkpoint.of(weights), form);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the arrays of {@code cases.safetensors}, {@code model.safetensors} or a head. */
  public static Map<String, INDArray> arrays(String family, String file) {
    try (TensorFile tensors = Safetensors.open(file(family, file + ".safetensors"))) {
      Map<String, INDArray> arrays = new LinkedHashMap<>();
      for (String name : tensors.names()) {
        arrays.put(name, tensors.read(name));
      }
      return arrays;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the placeholders that a graph has, from arrays whose names begin with a prefix. */
  public static Map<String, INDArray> inputs(
      SameDiff graph, Map<String, INDArray> arrays, String prefix) {
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    for (String name : graph.inputs()) {
      INDArray array = arrays.get(prefix + name);
      INDArray ids = requireNonNull(arrays.get(prefix + "input_ids"));
      inputs.put(name, array == null ? Nd4j.zeros(DataType.INT64, ids.shape()) : array);
    }
    return inputs;
  }

  /** Returns the mask of the sequence that an output has: the decoder's, where a graph has two. */
  public static INDArray mask(
      SameDiff graph, Map<String, INDArray> arrays, String prefix, String output) {
    String name = "decoder_attention_mask";
    boolean decoder = graph.hasVariable(name) && !output.startsWith("encoder_");
    return requireNonNull(arrays.get(prefix + (decoder ? name : "attention_mask")));
  }

  /** Returns a file of a family as a file of its own, which goes when the program ends. */
  public static Path file(String family, String file) {
    try (InputStream stream = open(family, file)) {
      Path directory = Files.createTempDirectory("tiny");
      Path copy = directory.resolve(file);
      Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
      directory.toFile().deleteOnExit();
      copy.toFile().deleteOnExit();
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The configuration. */
  private static String text(String family) throws IOException {
    try (InputStream stream = open(family, "config.json")) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String family, String file) {
    InputStream stream = TinyFamilies.class.getResourceAsStream(path(family, file));
    if (stream == null) {
      throw new IllegalArgumentException("there is no file '" + file + "' of '" + family + "'");
    }
    return stream;
  }

  private static String path(String family, String file) {
    return "families/" + family + "/" + file;
  }
}
