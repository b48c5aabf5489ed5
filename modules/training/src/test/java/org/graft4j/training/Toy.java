/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.models.TinyGraphs;
import org.graft4j.onnx.OnnxImporter;
import org.graft4j.tasks.TextClassification;
import org.graft4j.text.LabeledText;
import org.graft4j.text.Tokenizer;
import org.nd4j.autodiff.samediff.SameDiff;

/** A tiny BERT, and texts whose label is decided by one word in them. */
final class Toy {
  static final List<String> LABELS = List.of("bad", "good");
  private static final List<String> GOOD = List.of("good", "great", "nice", "fine");
  private static final List<String> BAD = List.of("bad", "awful", "poor", "ugly");
  private static final List<String> OTHER =
      List.of("the", "film", "was", "very", "plot", "actor", "scene", "music", "story", "and");

  private Toy() {}

  static Tokenizer tokenizer() throws IOException {
    return Tokenizer.load(TinyGraphs.file("tokenizer.json"));
  }

  static SameDiff bert() {
    return OnnxImporter.load(TinyGraphs.file("bert-torchscript.onnx"));
  }

  static TextClassification task(SameDiff graph, Tokenizer tokenizer) {
    AdaptedGraph adapted =
        Adapters.attach(
            graph,
            "mood",
            LoraConfig.builder().rank(4).alpha(8).targets("query", "value").seed(3).build());
    return TextClassification.on(adapted, tokenizer, LABELS);
  }

  static List<LabeledText> texts(int count, long seed) {
    Random random = new Random(seed);
    List<LabeledText> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean good = i % 2 == 0;
      List<String> words = new ArrayList<>();
      for (int w = random.nextInt(1, 4); w > 0; w--) {
        words.add(OTHER.get(random.nextInt(OTHER.size())));
      }
      words.add(random.nextInt(words.size()), (good ? GOOD : BAD).get(random.nextInt(4)));
      texts.add(new LabeledText(String.join(" ", words), good ? "good" : "bad"));
    }
    return texts;
  }
}
