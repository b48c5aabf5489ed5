/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.graft4j.models.bert.BertConfig;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Tiny models with known inputs and outputs, for everyone's tests.
 *
 * <p>The files lie beside this class in {@code tiny/}. An export {@code <model>-<exporter>} has its
 * graph in {@code .onnx}, arrays in {@code .safetensors} ({@code case0.in.input_ids}, {@code
 * case0.out.last_hidden_state}, …) and what it consists of in {@code .json}. The two SameDiff files
 * have the weights of the BERT exports, so they have their outputs too.
 */
public final class TinyGraphs {
  private TinyGraphs() {}

  /** Returns the names of the ONNX exports, such as {@code bert-torchscript}. */
  public static List<String> exports() {
    return List.of(
        "bert-torchscript",
        "bert-dynamo",
        "gpt2-torchscript",
        "gpt2-dynamo",
        "llama-torchscript",
        "llama-dynamo",
        "t5-torchscript",
        "t5-dynamo");
  }

  /** Returns the sizes of the tiny BERT. */
  public static BertConfig bertConfig() {
    return BertConfig.builder()
        .vocabularySize(99)
        .hiddenSize(32)
        .layers(2)
        .heads(4)
        .intermediateSize(48)
        .maxPositions(64)
        .build();
  }

  /**
   * Loads the tiny BERT as our builder makes it: {@code input_ids}, {@code attention_mask}, {@code
   * token_type_ids} to {@code last_hidden_state}.
   */
  public static SameDiff bert() {
    return load("bert.fb");
  }

  /**
   * Loads the same model as TensorFlow spells it: {@code input_ids}, {@code input_mask}, {@code
   * segment_ids}, INT32.
   */
  public static SameDiff tfStyleBert() {
    return load("tf-style-bert.fb");
  }

  /** Returns inputs for the tiny BERT: random tokens, the rows shorter by one token each. */
  public static Map<String, INDArray> bertInputs(int batch, int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    long[][] ids = new long[batch][length];
    long[][] mask = new long[batch][length];
    long[][] types = new long[batch][length];
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j < length; j++) {
        boolean token = j < Math.max(1, length - i);
        mask[i][j] = token ? 1 : 0;
        ids[i][j] = token ? random.nextInt(1, 99) : 0;
        types[i][j] = token && j > length / 2 ? 1 : 0;
      }
    }
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    inputs.put("input_ids", Nd4j.createFromArray(ids));
    inputs.put("attention_mask", Nd4j.createFromArray(mask));
    inputs.put("token_type_ids", Nd4j.createFromArray(types));
    return inputs;
  }

  /**
   * Opens a file of {@code tiny/}, such as {@code gpt2-dynamo.onnx} or {@code bert/config.json}.
   */
  public static InputStream open(String file) {
    InputStream stream = TinyGraphs.class.getResourceAsStream("tiny/" + file);
    if (stream == null) {
      throw new IllegalArgumentException("there is no tiny file '" + file + "'");
    }
    return stream;
  }

  /** Returns a file of {@code tiny/} as a file of its own, which goes when the program ends. */
  public static Path file(String file) {
    try (InputStream stream = open(file)) {
      Path directory = Files.createTempDirectory("tiny");
      Path copy = directory.resolve(file.substring(file.lastIndexOf('/') + 1));
      Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
      directory.toFile().deleteOnExit();
      copy.toFile().deleteOnExit();
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SameDiff load(String file) {
    try (InputStream stream = open(file)) {
      return SameDiff.fromFlatBuffers(ByteBuffer.wrap(stream.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
