/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Roles;
import org.graft4j.models.bert.BertConfig;
import org.graft4j.models.bert.BertGraph;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A small encoder with low-rank matrices on query and value, mean pooling, a head and a loss. */
record Grafted(SameDiff graph, String loss, List<String> trainable, List<String> gates) {
  private static final int RANK = 2;

  static Grafted bert(double dropout) {
    return bert(ModelsTest.tiny(), dropout);
  }

  static Grafted bert(BertConfig config, double dropout) {
    SameDiff graph = BertGraph.random(config, 11);
    SplittableRandom random = new SplittableRandom(3);
    List<String> trainable = new ArrayList<>();
    List<String> gates = new ArrayList<>();
    try (GraphEditor editor = GraphEditor.open(graph)) {
      for (Linear linear : Roles.of(GraphView.of(graph)).linears()) {
        String path = linear.path();
        if (!path.endsWith("query") && !path.endsWith("value")) {
          continue;
        }
        SDVariable x = linear.matmulInput().variable();
        SDVariable a =
            editor.trainable(path + ".t.lora_A.weight", normal(random, RANK, linear.inFeatures()));
        SDVariable b =
            editor.trainable(path + ".t.lora_B.weight", normal(random, linear.outFeatures(), RANK));
        SDVariable gate = editor.constant(path + ".t.gate", Nd4j.scalar(0.5f));
        if (dropout > 0) {
          SDVariable kept = editor.constant(path + ".t.dropout@" + dropout, Nd4j.scalar(1f));
          SDVariable whole = x;
          x = editor.op(path + ".t/dropout", sd -> whole.mul(kept));
        }
        SDVariable in = x;
        SDVariable down = editor.op(path + ".t/mmul", sd -> sd.mmul(in, a, false, true, false));
        SDVariable up = editor.op(path + ".t/mmul_1", sd -> sd.mmul(down, b, false, true, false));
        SDVariable delta = editor.op(path + ".t/mul", sd -> up.mul(gate));
        editor.insertAfter(
            linear.product().name(), y -> editor.op(path + ".t/add", sd -> y.add(delta)));
        trainable.add(a.name());
        trainable.add(b.name());
        gates.add(gate.name());
      }
      editor.commit();
    }
    SDVariable mask = graph.getVariable("attention_mask").castTo(DataType.FLOAT);
    SDVariable summed =
        graph.getVariable("last_hidden_state").mul(graph.expandDims(mask, 2)).sum(1);
    SDVariable pooled = summed.div(mask.sum(true, 1));
    SDVariable weight = graph.var("classifier.weight", normal(random, 2, config.hiddenSize()));
    SDVariable bias = graph.var("classifier.bias", normal(random, 2));
    SDVariable logits = graph.mmul(pooled, weight, false, true, false).add("logits", bias);
    SDVariable labels = graph.placeHolder("labels", DataType.FLOAT, -1, 2);
    SDVariable loss =
        graph
            .loss()
            .softmaxCrossEntropy(
                "loss", labels, logits, null, LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT, 0);
    trainable.add("classifier.weight");
    trainable.add("classifier.bias");
    return new Grafted(graph, loss.name(), trainable, gates);
  }

  static INDArray normal(SplittableRandom random, long... shape) {
    INDArray array = Nd4j.create(DataType.FLOAT, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian() * 0.3);
    }
    return array;
  }

  Map<String, INDArray> batch(int rows, int length) {
    Map<String, INDArray> arrays =
        new LinkedHashMap<>(ModelsTest.placeholders(GraphView.of(graph), rows, length));
    INDArray labels = Nd4j.zeros(DataType.FLOAT, rows, 2);
    for (int i = 0; i < rows; i++) {
      labels.putScalar(i, i % 2, 1);
    }
    arrays.put("labels", labels);
    return arrays;
  }
}
