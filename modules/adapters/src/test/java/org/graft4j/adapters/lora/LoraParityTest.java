/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters.lora;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.Graft;
import org.graft4j.adapters.Parameter;
import org.graft4j.adapters.Stock;
import org.graft4j.adapters.TestModel;
import org.graft4j.adapters.TestModels;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.engine.Plan;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * LoRA against transformers and PEFT, with the arrays that {@code
 * src/test/fixtures/make_lora_parity.py} made: the same start, the same batches, three steps of
 * AdamW.
 */
class LoraParityTest {

  private static final int CLASSES = 3;
  private static final int VOCABULARY = 99;
  private static final String LOGITS = "parity.x/logits";
  private static final String LOSS = "parity.x/loss";

  @ParameterizedTest
  @CsvSource({
    "bert-torchscript, zero",
    "bert-torchscript, random",
    "gpt2-dynamo, zero",
    "gpt2-dynamo, random",
    "llama-torchscript, zero",
    "llama-torchscript, random",
    "t5-dynamo, zero",
    "t5-dynamo, random"
  })
  void computesAndTrainsAsPeftDoes(String name, String start) {
    TestModel model = TestModels.of(name);
    boolean bert = name.startsWith("bert");
    Map<String, INDArray> peft =
        TestModels.tensors(
            "/org/graft4j/adapters/lora/" + name.replaceAll("-.*", "-") + start + ".safetensors");
    SameDiff graph = model.graph();
    AdaptedGraph adapted =
        Adapters.attach(
            graph, "x", LoraConfig.builder().rank(4).alpha(8).targets(model.choice()).build());
    adapted.addModule("x", bert ? "classifier" : "parity", bert ? this::head : this::languageHead);
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    adapted.trainable().forEach(p -> parameters.put(p.key(), p));
    Map<String, INDArray> initial = part(peft, "initial.");
    assertThat(parameters.keySet()).containsExactlyInAnyOrderElementsOf(initial.keySet());
    initial.forEach((key, array) -> parameter(parameters, key).assign(array));

    List<String> names = adapted.trainable().stream().map(Parameter::variable).toList();
    AdamW optimiser = new AdamW();
    Engine engine = Engine.create();
    try (CompiledGraph training = engine.compileTraining(graph, LOSS, names, List.of(LOGITS))) {
      for (int step = 0; step < 3; step++) {
        Map<String, INDArray> batch = batch(peft, step, bert ? CLASSES : VOCABULARY);
        try (Plan plan = training.planFor(batch)) {
          plan.run(batch, step);
          double loss = tensor(peft, "batch" + step + ".loss").getDouble(0);
          assertThat(plan.loss()).isCloseTo(loss, within(1e-5 * loss));
          if (step == 0) {
            INDArray logits = tensor(peft, "batch0.logits");
            assertThat(Stock.distance(plan.output(LOGITS).reshape(logits.shape()), logits))
                .isLessThan(1e-5);
            Map<String, INDArray> stock = Stock.gradients(graph, batch, names);
            part(peft, "gradient.")
                .forEach(
                    (key, gradient) -> {
                      String variable = requireNonNull(parameters.get(key)).variable();
                      // with B at zero the gradient of A is zero
                      assertGradient(key, plan.gradient(variable), gradient);
                      assertGradient(key, requireNonNull(stock.get(variable)), gradient);
                    });
          }
          optimiser.step();
          for (Parameter parameter : parameters.values()) {
            optimiser.update(parameter.array(), plan.gradient(parameter.variable()));
          }
        }
        if (step == 0) {
          assertWeights(parameters, peft, "step1.");
        }
      }
      assertWeights(parameters, peft, "final.");
      Map<String, INDArray> batch = batch(peft, 0, bert ? CLASSES : VOCABULARY);
      INDArray last = tensor(peft, "final.logits");
      INDArray logits = requireNonNull(training.run(batch).get(LOGITS)).reshape(last.shape());
      assertThat(Stock.distance(logits, last)).isLessThan(1e-4);
    }
  }

  private static void assertGradient(String key, INDArray actual, INDArray expected) {
    assertThat(Stock.distance(actual, expected)).as("gradient of " + key).isLessThan(1e-4);
  }

  /**
   * Compares weights in relative L2 norm. Adam divides a gradient by its own size, so where torch's
   * first gradient is within rounding of zero the size of the first step is rounding too: such
   * numbers (one in all files) are left out.
   */
  private static void assertWeights(
      Map<String, Parameter> parameters, Map<String, INDArray> peft, String prefix) {
    for (Parameter parameter : parameters.values()) {
      INDArray expected = tensor(peft, prefix + parameter.key());
      INDArray gradient = tensor(peft, "gradient." + parameter.key());
      double floor = 1e-5 * gradient.amaxNumber().doubleValue();
      double square = 0;
      for (long i = 0; i < expected.length(); i++) {
        double difference = parameter.array().getDouble(i) - expected.getDouble(i);
        square += Math.abs(gradient.getDouble(i)) < floor ? 0 : difference * difference;
      }
      assertThat(Math.sqrt(square) / expected.norm2Number().doubleValue())
          .as(prefix + parameter.key())
          .isLessThan(1e-4);
    }
  }

  /** Mean pooling over the mask and a linear layer. */
  private void head(Graft graft) {
    SameDiff graph = graft.graph();
    SDVariable hidden = graph.getVariable("last_hidden_state");
    SDVariable mask =
        graph.expandDims(graph.getVariable("attention_mask").castTo(DataType.FLOAT), -1);
    SDVariable pooled = hidden.mul(mask).sum(1).div(mask.sum(1));
    SDVariable weight = graft.parameter("classifier", "weight", () -> Nd4j.zeros(CLASSES, 32));
    SDVariable bias = graft.parameter("classifier", "bias", () -> Nd4j.zeros(CLASSES));
    SDVariable product = graph.mmul(pooled, weight, false, true, false);
    loss(graft, CLASSES, graft.editor().op(graft.op("parity", "logits"), sd -> product.add(bias)));
  }

  private void languageHead(Graft graft) {
    SDVariable logits = graft.graph().getVariable("logits");
    loss(
        graft,
        VOCABULARY,
        graft.editor().op(graft.op("parity", "logits"), sd -> sd.reshape(logits, -1, VOCABULARY)));
  }

  private static void loss(Graft graft, int classes, SDVariable logits) {
    SDVariable labels = graft.editor().placeholder("labels", DataType.FLOAT, -1, classes);
    graft
        .editor()
        .op(
            graft.op("parity", "loss"),
            sd ->
                sd.loss()
                    .softmaxCrossEntropy(
                        null, labels, logits, null, LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT, 0));
    graft.editor().setLosses(LOSS);
  }

  private static Map<String, INDArray> batch(Map<String, INDArray> peft, int step, int classes) {
    Map<String, INDArray> batch = new HashMap<>(part(peft, "batch" + step + "."));
    batch.keySet().removeAll(List.of("loss", "logits", "hidden"));
    INDArray labels = requireNonNull(batch.get("labels")).dup('c');
    INDArray oneHot = Nd4j.zeros(DataType.FLOAT, labels.length(), classes);
    for (long i = 0; i < labels.length(); i++) {
      oneHot.putScalar(i, labels.getLong(i), 1);
    }
    batch.put("labels", oneHot);
    return batch;
  }

  private static Map<String, INDArray> part(Map<String, INDArray> tensors, String prefix) {
    Map<String, INDArray> part = new LinkedHashMap<>();
    tensors.forEach(
        (name, array) -> {
          if (name.startsWith(prefix)) {
            part.put(name.substring(prefix.length()), array);
          }
        });
    return part;
  }

  private static INDArray tensor(Map<String, INDArray> tensors, String name) {
    return requireNonNull(tensors.get(name), name);
  }

  private static INDArray parameter(Map<String, Parameter> parameters, String key) {
    return requireNonNull(parameters.get(key), key).array();
  }

  /** torch.optim.AdamW with learning rate 1e-3 and weight decay 0.01. */
  private static final class AdamW {
    private final IdentityHashMap<INDArray, INDArray> first = new IdentityHashMap<>();
    private final IdentityHashMap<INDArray, INDArray> second = new IdentityHashMap<>();
    private int steps;

    void step() {
      steps++;
    }

    void update(INDArray weight, INDArray gradient) {
      INDArray m = first.computeIfAbsent(weight, INDArray::like);
      INDArray v = second.computeIfAbsent(weight, INDArray::like);
      m.muli(0.9).addi(gradient.mul(0.1));
      v.muli(0.999).addi(gradient.mul(gradient).muli(0.001));
      weight.muli(1 - 1e-3 * 0.01);
      INDArray deviation =
          Transforms.sqrt(v).divi(Math.sqrt(1 - Math.pow(0.999, steps))).addi(1e-8);
      weight.subi(m.div(deviation).muli(1e-3 / (1 - Math.pow(0.9, steps))));
    }
  }
}
