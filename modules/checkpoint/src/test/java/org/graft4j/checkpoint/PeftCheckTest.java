/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.graft4j.checkpoint.Fixtures.get;
import static org.graft4j.checkpoint.Fixtures.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.AdaptedModule;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.Graft;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.graph.GraphEditor;
import org.graft4j.weights.Safetensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An adapter with a head, made and saved here, computes the same when it is loaded again. The
 * directory, what was fed and what came out stay in {@code target/peft-check}, where {@code
 * src/test/fixtures/check_peft_loads.py} gives them to PEFT.
 */
final class PeftCheckTest {

  private static final String HEAD = "classifier";

  @TempDir Path folder;

  @Test
  void computesTheSameAfterSaveAndLoad() throws IOException {
    Map<String, INDArray> fed = new TreeMap<>();
    fed.put("input_ids", ids(new long[][] {{5, 17, 98, 3, 41, 60}, {7, 23, 11, 0, 0, 0}}));
    fed.put("attention_mask", ids(new long[][] {{1, 1, 1, 1, 1, 1}, {1, 1, 1, 0, 0, 0}}));
    fed.put("token_type_ids", ids(new long[2][6]));
    AdaptedGraph adapted =
        Adapters.attach(
            model("bert-dynamo", folder),
            "spam",
            LoraConfig.builder()
                .rank(4)
                .alpha(10)
                .targets("query", "value", "dense")
                .rsLora(true)
                .bias(LoraConfig.Bias.LORA_ONLY)
                .rankPattern(Map.of("intermediate.dense", 2))
                .initialisation(LoraConfig.Initialisation.NONE)
                .seed(3)
                .build());
    adapted.addModule("spam", HEAD, head(range(3, 32), range(3)));
    Map<String, INDArray> computed = compute(adapted, "spam", fed);

    Path directory = Path.of("target", "peft-check");
    PeftDirectory.save(adapted, "spam", directory.resolve("adapter"));
    Safetensors.write(directory.resolve("inputs.safetensors"), fed, Map.of());
    Safetensors.write(directory.resolve("outputs.safetensors"), computed, Map.of());

    LoadedAdapter loaded =
        PeftDirectory.load(
            model("bert-torchscript", folder), "again", directory.resolve("adapter"));
    loaded
        .adapted()
        .addModule(
            "again",
            HEAD,
            head(
                get(loaded.waiting(), "classifier.weight"),
                get(loaded.waiting(), "classifier.bias")));
    Map<String, INDArray> again = compute(loaded.adapted(), "again", fed);
    for (String output : List.of("last_hidden_state", "logits")) {
      assertThat(Fixtures.relativeDifference(get(again, output), get(computed, output)))
          .isLessThan(1e-5);
    }
    assertThat(Files.readString(directory.resolve("adapter/adapter_config.json")))
        .contains("\"modules_to_save\": [\n    \"classifier\"\n  ]");
  }

  /** Mean pooling over the mask and a linear layer. */
  private static AdaptedModule head(INDArray weight, INDArray bias) {
    return graft -> {
      GraphEditor editor = graft.editor();
      SDVariable hidden = graft.graph().getVariable("last_hidden_state");
      SDVariable mask =
          editor.op(
              graft.op(HEAD, "mask"),
              sd -> sd.castTo(sd.getVariable("attention_mask"), DataType.FLOAT));
      SDVariable row = editor.op(graft.op(HEAD, "row"), sd -> sd.expandDims(mask, 1));
      SDVariable sum = editor.op(graft.op(HEAD, "sum"), sd -> sd.mmul(row, hidden));
      SDVariable flat = editor.op(graft.op(HEAD, "flat"), sd -> sd.reshape(sum, -1, 32));
      SDVariable count = editor.op(graft.op(HEAD, "count"), sd -> mask.sum(true, 1));
      SDVariable pooled = editor.op(graft.op(HEAD, "pooled"), sd -> flat.div(count));
      SDVariable w = graft.parameter(HEAD, "weight", () -> weight);
      SDVariable b = graft.parameter(HEAD, "bias", () -> bias);
      SDVariable product =
          editor.op(graft.op(HEAD, "mmul"), sd -> sd.mmul(pooled, w, false, true, false));
      editor.op(logits(graft), sd -> product.add(b));
    };
  }

  private static String logits(Graft graft) {
    return graft.op(HEAD, "logits");
  }

  private static Map<String, INDArray> compute(
      AdaptedGraph adapted, String adapter, Map<String, INDArray> fed) {
    String logits = HEAD + "." + adapter + "/logits";
    try (CompiledGraph compiled =
        Engine.create().compile(adapted.graph(), List.of("last_hidden_state", logits))) {
      Map<String, INDArray> out = compiled.run(fed);
      return Map.of(
          "last_hidden_state", get(out, "last_hidden_state").dup(),
          "logits", get(out, logits).dup());
    }
  }

  private static INDArray range(long... shape) {
    long length = 1;
    for (long size : shape) {
      length *= size;
    }
    return Nd4j.linspace(DataType.FLOAT, -0.5, 1.0 / length, length).reshape(shape);
  }

  private static INDArray ids(long[][] rows) {
    return Nd4j.createFromArray(rows);
  }
}
