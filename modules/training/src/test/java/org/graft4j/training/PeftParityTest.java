/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.Parameter;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.engine.Plan;
import org.graft4j.tasks.TextClassification;
import org.graft4j.text.Tokenizer;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** Three steps of AdamW give the losses, gradients and weights of transformers and PEFT. */
final class PeftParityTest {
  private static final List<String> FEATURES =
      List.of("input_ids", "attention_mask", "token_type_ids");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"bert-zero", "bert-random"})
  void trainsAsPeftDoes(String fixture) throws IOException {
    Path file = folder.resolve(fixture + ".safetensors");
    Files.write(
        file,
        Resources.toByteArray(Resources.getResource(LoraConfig.class, fixture + ".safetensors")));
    try (TensorFile tensors = Safetensors.open(file);
        Tokenizer tokenizer = Toy.tokenizer()) {
      AdaptedGraph adapted =
          Adapters.attach(
              Toy.bert(),
              "default",
              LoraConfig.builder().rank(4).alpha(8).targets("query", "value").build());
      TextClassification task = TextClassification.on(adapted, tokenizer, List.of("a", "b", "c"));
      List<Parameter> parameters = adapted.adapter("default").parameters();
      for (Parameter parameter : parameters) {
        parameter.array().assign(tensors.read("initial." + parameter.key()));
      }
      List<org.nd4j.linalg.dataset.api.MultiDataSet> batches = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        batches.add(batch(tensors, i));
      }
      assertGradients(task, tensors, batches.get(0), parameters);
      TrainingReport report =
          Trainer.builder()
              .epochs(1)
              .learningRate(1e-3)
              .schedule(Schedule.CONSTANT)
              .weightDecay(.01)
              .build()
              .fit(task, new Batches(batches), FEATURES, List.of(task.labelsPlaceholder()));
      for (int i = 0; i < 3; i++) {
        assertThat(report.losses().get(i))
            .as("loss %s", i)
            .isCloseTo(tensors.read("batch" + i + ".loss").getDouble(0), Offset.offset(1e-5));
      }
      for (Parameter parameter : parameters) {
        INDArray expected = tensors.read("final." + parameter.key());
        double distance =
            parameter.array().sub(expected).norm2Number().doubleValue()
                / expected.norm2Number().doubleValue();
        assertThat(distance).as(parameter.key()).isLessThan(1e-4);
      }
    }
  }

  private static MultiDataSet batch(TensorFile tensors, int number) throws IOException {
    INDArray[] features = new INDArray[FEATURES.size()];
    for (int i = 0; i < features.length; i++) {
      features[i] = tensors.read("batch" + number + "." + FEATURES.get(i));
    }
    int[] classes = tensors.read("batch" + number + ".labels").toIntVector();
    float[][] oneHot = new float[classes.length][3];
    for (int i = 0; i < classes.length; i++) {
      oneHot[i][classes[i]] = 1;
    }
    return new MultiDataSet(features, new INDArray[] {Nd4j.createFromArray(oneHot)});
  }

  private static void assertGradients(
      TextClassification task,
      TensorFile tensors,
      org.nd4j.linalg.dataset.api.MultiDataSet batch,
      List<Parameter> parameters)
      throws IOException {
    Map<String, INDArray> inputs = new LinkedHashMap<>();
    for (int i = 0; i < FEATURES.size(); i++) {
      inputs.put(FEATURES.get(i), batch.getFeatures(i));
    }
    inputs.put(task.labelsPlaceholder(), batch.getLabels(0));
    List<String> variables = parameters.stream().map(Parameter::variable).toList();
    try (CompiledGraph compiled =
            Engine.create()
                .compileTraining(
                    task.adapted().graph(), task.loss(), variables, List.of(task.output()));
        Plan plan = compiled.planFor(inputs)) {
      plan.run(inputs);
      assertThat(relative(plan.output(task.output()), tensors.read("batch0.logits")))
          .as("logits")
          .isLessThan(1e-5);
      for (Parameter parameter : parameters) {
        assertThat(
                relative(
                    plan.gradient(parameter.variable()),
                    tensors.read("gradient." + parameter.key())))
            .as("gradient of %s", parameter.key())
            .isLessThan(1e-4);
      }
    }
  }

  private static double relative(INDArray is, INDArray wanted) {
    double most = wanted.amaxNumber().doubleValue();
    double off = is.sub(wanted).amaxNumber().doubleValue();
    assertThat(is.sumNumber().doubleValue()).isNotNaN(); // a maximum passes over NaN
    return most == 0 ? off : off / most;
  }

  /** Data sets from a list. */
  private static final class Batches implements MultiDataSetIterator {
    private static final long serialVersionUID = 1L;

    private final transient List<org.nd4j.linalg.dataset.api.MultiDataSet> batches;
    private transient Iterator<org.nd4j.linalg.dataset.api.MultiDataSet> left;

    Batches(List<org.nd4j.linalg.dataset.api.MultiDataSet> batches) {
      this.batches = batches;
      this.left = batches.iterator();
    }

    @Override
    public boolean hasNext() {
      return left.hasNext();
    }

    @Override
    public org.nd4j.linalg.dataset.api.MultiDataSet next() {
      return left.next();
    }

    @Override
    public org.nd4j.linalg.dataset.api.MultiDataSet next(int count) {
      return left.next();
    }

    @Override
    public void setPreProcessor(@Nullable MultiDataSetPreProcessor preProcessor) {}

    @Override
    public @Nullable MultiDataSetPreProcessor getPreProcessor() {
      return null;
    }

    @Override
    public boolean resetSupported() {
      return true;
    }

    @Override
    public boolean asyncSupported() {
      return false;
    }

    @Override
    public void reset() {
      left = batches.iterator();
    }
  }
}
