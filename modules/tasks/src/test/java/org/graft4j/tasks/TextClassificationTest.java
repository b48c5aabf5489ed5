/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.adapters.Adapters;
import org.graft4j.adapters.Parameter;
import org.graft4j.adapters.lora.LoraConfig;
import org.graft4j.models.TinyGraphs;
import org.graft4j.onnx.OnnxImporter;
import org.graft4j.text.LabeledText;
import org.graft4j.text.Tokenizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

final class TextClassificationTest {
  private static final List<String> LABELS = List.of("bad", "good");
  private static final List<LabeledText> EXAMPLES =
      List.of(
          new LabeledText("the film was good", "good"),
          new LabeledText("awful", "bad"),
          new LabeledText("a really poor and ugly plot with not one good scene", "bad"));

  @TempDir static Path folder;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() throws IOException {
    tokenizer = Tokenizer.load(TinyGraphs.file("tokenizer.json"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static SameDiff bert() {
    return OnnxImporter.load(TinyGraphs.file("bert-torchscript.onnx"));
  }

  private static AdaptedGraph adapted(SameDiff graph) {
    return Adapters.attach(
        graph, "mood", LoraConfig.builder().rank(2).alpha(4).targets("query").build());
  }

  private static INDArray hidden(SameDiff graph, Batch batch) {
    return graph.outputSingle(
        batch.inputs(List.of("input_ids", "attention_mask", "token_type_ids")),
        "last_hidden_state");
  }

  private static List<Batch> batches(TextClassification task) {
    return ImmutableList.copyOf(task.encode(EXAMPLES).batches(8));
  }

  private static INDArray parameter(TextClassification task, String key) {
    return task.adapted().adapter("mood").parameter(key).array();
  }

  @Test
  void poolsExactly() {
    for (Pooling pooling : Pooling.values()) {
      SameDiff graph = bert();
      TextClassification task =
          TextClassification.on(
              adapted(graph),
              tokenizer,
              LABELS,
              TextClassificationOptions.DEFAULT.withPooling(pooling));
      Batch batch = batches(task).get(0);
      assertThat(batch.inputs(List.of("input_ids")).values())
          .allSatisfy(ids -> assertThat(ids.shape()).containsExactly(3, 16));
      assertThat(batch.tokens()).isEqualTo(3 + 6 + 13);
      INDArray vectors = hidden(graph, batch);
      int[] lengths = {3, 6, 13};
      INDArray expected = Nd4j.create(3, 2);
      for (int row = 0; row < 3; row++) {
        INDArray text = vectors.slice(row);
        INDArray pooled =
            switch (pooling) {
              case CLS -> text.getRow(0);
              case LAST -> text.getRow(lengths[row] - 1);
              case MEAN ->
                  text.get(
                          org.nd4j.linalg.indexing.NDArrayIndex.interval(0, lengths[row]),
                          org.nd4j.linalg.indexing.NDArrayIndex.all())
                      .mean(0);
            };
        expected.putRow(
            row,
            parameter(task, "classifier.weight")
                .mmul(pooled.reshape(pooled.length(), 1))
                .reshape(2)
                .add(parameter(task, "classifier.bias")));
      }
      Map<String, INDArray> inputs =
          batch.inputs(
              List.of("input_ids", "attention_mask", "token_type_ids", task.labelsPlaceholder()));
      INDArray stock = graph.outputSingle(inputs, task.output());
      assertThat(stock.sumNumber().doubleValue()).isNotNaN(); // the maximum passes over NaN
      assertThat(stock.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-5);
      Evaluation evaluation = task.evaluation();
      double loss = task.judge(evaluation, batch, stock) / batch.size();
      assertThat(graph.outputSingle(inputs, task.loss()).getDouble(0))
          .isCloseTo(loss, Offset.offset(1e-5));
      assertThat(evaluation.accuracy()).isEqualTo(task.evaluate(EXAMPLES, 2).accuracy());
      try (Predictor<String> predictor = task.predictor()) {
        double[][] probabilities = Probabilities.of(expected);
        assertThat(predictor.predict("the film was good").scores().get("good"))
            .isCloseTo(probabilities[1][1], Offset.offset(1e-5));
      }
    }
  }

  @Test
  void beginsAsTorchDoes() {
    TextClassification task = TextClassification.on(adapted(bert()), tokenizer, LABELS);
    INDArray weight = parameter(task, "classifier.weight");
    assertThat(weight.shape()).containsExactly(2, 32);
    double bound = 1 / Math.sqrt(32);
    assertThat(weight.amaxNumber().doubleValue()).isBetween(bound * .9, bound);
    assertThat(weight.stdNumber().doubleValue())
        .isCloseTo(bound / Math.sqrt(3), Offset.offset(.02));
    assertThat(parameter(task, "classifier.bias").amaxNumber().doubleValue())
        .isBetween(1e-6, bound);
    List<String> keys =
        task.adapted().adapter("mood").parameters().stream().map(Parameter::key).toList();
    assertThat(keys).contains("classifier.weight", "classifier.bias").hasSize(6);
    TextClassification same = TextClassification.on(adapted(bert()), tokenizer, LABELS);
    assertThat(parameter(same, "classifier.weight")).isEqualTo(weight);
  }

  @Test
  void predictsTheSameAloneTogetherAndFromManyThreads()
      throws InterruptedException, ExecutionException {
    TextClassification task = TextClassification.on(adapted(bert()), tokenizer, LABELS);
    List<String> texts = new ArrayList<>();
    for (int i = 1; i < 40; i++) {
      texts.add("good bad film " + "very ".repeat(i));
    }
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try (Predictor<String> predictor = task.predictor()) {
      List<Prediction> together = predictor.predictAll(texts);
      List<Callable<Prediction>> calls = new ArrayList<>();
      texts.forEach(text -> calls.add(() -> predictor.predict(text)));
      List<Future<Prediction>> alone = pool.invokeAll(calls);
      for (int i = 0; i < texts.size(); i++) {
        Prediction one = alone.get(i).get();
        assertThat(one.label()).isEqualTo(together.get(i).label());
        assertThat(one.score()).isCloseTo(together.get(i).score(), Offset.offset(1e-5));
        assertThat(one.scores().values().stream().mapToDouble(x -> x).sum())
            .isCloseTo(1, Offset.offset(1e-9));
      }
      assertThatThrownBy(() -> predictor.predict("  "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("text is empty; there is nothing to classify");
      assertThatThrownBy(() -> predictor.predictAll(List.of("good", "")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("text 2 is empty");
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void countsTextsThatWereCut() {
    TextClassification task =
        TextClassification.on(
            adapted(bert()), tokenizer, LABELS, TextClassificationOptions.DEFAULT.withMaxLength(8));
    EncodedExamples encoded = task.encode(EXAMPLES);
    assertThat(encoded.size()).isEqualTo(3);
    assertThat(encoded.truncated()).isEqualTo(1);
    try (Predictor<String> predictor = task.predictor()) {
      assertThat(predictor.predict(EXAMPLES.get(2).text()).truncated()).isTrue();
      assertThat(predictor.predict("good").truncated()).isFalse();
    }
  }

  @Test
  void dealsEveryExampleOnceInBatchesOfSimilarLength() {
    List<List<Integer>> dealt = Buckets.shuffled(1000, i -> i % 97, 16, 7);
    assertThat(Lists.newArrayList(com.google.common.collect.Iterables.concat(dealt)))
        .doesNotHaveDuplicates()
        .hasSize(1000);
    assertThat(dealt).hasSize(63).isEqualTo(Buckets.shuffled(1000, i -> i % 97, 16, 7));
    assertThat(dealt).isNotEqualTo(Buckets.shuffled(1000, i -> i % 97, 16, 8));
    double spread =
        dealt.stream()
            .mapToInt(
                b ->
                    b.stream().mapToInt(i -> i % 97).max().orElseThrow()
                        - b.stream().mapToInt(i -> i % 97).min().orElseThrow())
            .average()
            .orElseThrow();
    assertThat(spread).isLessThan(50); // plainly shuffled: 86
  }

  @Test
  void saysWhatIsWrong() {
    TextClassification task = TextClassification.on(adapted(bert()), tokenizer, LABELS);
    assertThatThrownBy(() -> task.encode(List.of(new LabeledText("fine", "ok"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label 'ok' of example 1 is not one that is trained for: bad, good");
    assertThatThrownBy(() -> task.encode(List.of(new LabeledText(" ", "bad"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the text of example 1 is empty");
    assertThatThrownBy(() -> TextClassification.on(task.adapted(), tokenizer, LABELS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("adapter 'mood' has a head 'classifier' already; attach another adapter");
    assertThatThrownBy(() -> TextClassification.on(task.adapted(), tokenizer, List.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classification needs at least two labels: [a]");
    AdaptedGraph other = adapted(bert());
    assertThatThrownBy(
            () ->
                TextClassification.on(
                    other,
                    tokenizer,
                    LABELS,
                    TextClassificationOptions.DEFAULT,
                    Map.of("classifier.weight", Nd4j.zeros(3, 32))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "classifier.weight must have shape [2, 32] for 2 labels and token vectors of 32: [3, 32]");
    AdaptedGraph decoder =
        Adapters.attach(
            OnnxImporter.load(TinyGraphs.file("gpt2-torchscript.onnx")),
            "mood",
            LoraConfig.builder().rank(2).targets("c_attn").build());
    assertThatThrownBy(() -> TextClassification.on(decoder, tokenizer, LABELS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "no output holds the vectors of the tokens [batch, length, size]; name the value to"
                + " use; outputs for one text of two tokens: logits");
  }

  @Test
  void writesAndReadsTheTaskFile() throws IOException {
    SameDiff graph = bert();
    TextClassification task =
        TextClassification.on(
            adapted(graph),
            tokenizer,
            LABELS,
            TextClassificationOptions.DEFAULT.withPooling(Pooling.CLS).withMaxLength(99));
    TaskFile file = TaskFile.of(task, "body", "class");
    Path target = folder.resolve("task");
    file.write(target);
    TaskFile read = TaskFile.read(target);
    assertThat(read.labels()).isEqualTo(LABELS);
    assertThat(read.options()).isEqualTo(task.options());
    assertThat(read.textColumn()).isEqualTo("body");
    assertThat(read.labelColumn()).isEqualTo("class");
    assertThat(read.baseHash()).matches("[0-9a-f]{64}").isEqualTo(BaseHash.of(bert()));
    Files.writeString(target.resolve(TaskFile.NAME), "{\"task\": \"tagging\"}");
    assertThatThrownBy(() -> TaskFile.read(target))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "task.json: task is not known: 'tagging'; this version knows text-classification");
    Files.writeString(target.resolve(TaskFile.NAME), "{\"task\"");
    assertThatThrownBy(() -> TaskFile.read(target))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("task.json: not valid JSON: ");
  }

  @Test
  void fingerprintsTheBaseOnly() {
    SameDiff graph = bert();
    String before = BaseHash.of(graph);
    TextClassification task = TextClassification.on(adapted(graph), tokenizer, LABELS);
    assertThat(BaseHash.of(task.adapted().graph())).isEqualTo(before);
    graph.getVariable("embeddings.word_embeddings.weight").getArr().putScalar(5, 1e-3);
    assertThat(BaseHash.of(graph)).isNotEqualTo(before);
  }
}
