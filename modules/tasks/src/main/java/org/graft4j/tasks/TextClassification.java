/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.graft4j.adapters.AdaptedGraph;
import org.graft4j.engine.CompiledGraph;
import org.graft4j.engine.Engine;
import org.graft4j.graph.GraphView;
import org.graft4j.text.LabeledText;
import org.graft4j.text.Tokenizer;
import org.graft4j.text.Tokens;
import org.jspecify.annotations.Nullable;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One label for each text: pooled token vectors, a linear layer {@code classifier} that is trained
 * and saved with the adapter, and a cross entropy. In a PEFT directory the head is {@code
 * classifier.weight [labels, hidden]} and {@code classifier.bias [labels]}.
 */
public final class TextClassification implements Task<LabeledText> {
  private final AdaptedGraph adapted;
  private final String adapter;
  private final Tokenizer tokenizer;
  private final ImmutableList<String> labels;
  private final TextClassificationOptions options;
  private final ClassificationHead head;
  private final TextInputs inputs;
  private @Nullable String baseHash;

  private TextClassification(
      AdaptedGraph adapted,
      String adapter,
      Tokenizer tokenizer,
      ImmutableList<String> labels,
      TextClassificationOptions options,
      ClassificationHead head,
      TextInputs inputs) {
    this.adapted = adapted;
    this.adapter = adapter;
    this.tokenizer = tokenizer;
    this.labels = labels;
    this.options = options;
    this.head = head;
    this.inputs = inputs;
  }

  /**
   * Puts a new head on a graph, with the default options.
   *
   * @param adapted the graph with its adapter; it gets the head
   * @param tokenizer the tokenizer of the model
   * @param labels the classes, at least two
   * @return the task
   * @throws IllegalArgumentException as {@link #on(AdaptedGraph, Tokenizer, List,
   *     TextClassificationOptions)}
   */
  public static TextClassification on(
      AdaptedGraph adapted, Tokenizer tokenizer, List<String> labels) {
    return on(adapted, tokenizer, labels, TextClassificationOptions.DEFAULT);
  }

  /**
   * Puts a new head on a graph.
   *
   * @param adapted the graph with its adapter; it gets the head
   * @param tokenizer the tokenizer of the model
   * @param labels the classes, at least two
   * @param options pooling, lengths, names
   * @return the task
   * @throws IllegalArgumentException if the labels are fewer than two or repeat, the adapter has a
   *     head already, or the graph has no value with the vectors of the tokens
   */
  public static TextClassification on(
      AdaptedGraph adapted,
      Tokenizer tokenizer,
      List<String> labels,
      TextClassificationOptions options) {
    return on(adapted, tokenizer, labels, options, Map.of());
  }

  /**
   * Puts a trained head on a graph.
   *
   * @param adapted the graph with its adapter; it gets the head
   * @param tokenizer the tokenizer of the model
   * @param labels the classes, in the order of training
   * @param options pooling, lengths, names
   * @param saved {@code classifier.weight [labels, hidden]} and {@code classifier.bias [labels]};
   *     empty for a new head
   * @return the task
   * @throws IllegalArgumentException if the saved head does not fit, or as {@link #on(AdaptedGraph,
   *     Tokenizer, List, TextClassificationOptions)}
   */
  public static TextClassification on(
      AdaptedGraph adapted,
      Tokenizer tokenizer,
      List<String> labels,
      TextClassificationOptions options,
      Map<String, INDArray> saved) {
    checkArgument(labels.size() > 1, "classification needs at least two labels: %s", labels);
    checkArgument(
        labels.stream().distinct().count() == labels.size(), "a label occurs twice: %s", labels);
    String adapter = adapter(adapted, options);
    ClassificationHead head = addHead(adapted, adapter, labels.size(), options, saved);
    try (CompiledGraph compiled =
        Engine.create().compile(adapted.graph(), List.of(head.names().logits()))) {
      TextInputs inputs = TextInputs.of(GraphView.of(adapted.graph()), compiled.placeholders());
      return new TextClassification(
          adapted, adapter, tokenizer, ImmutableList.copyOf(labels), options, head, inputs);
    }
  }

  /**
   * Puts a trained head on a graph for its logits alone, where ids go in and no text.
   *
   * @param adapted the graph with its adapter; it gets the head
   * @param labels the number of classes
   * @param options pooling and names
   * @param saved {@code classifier.weight [labels, hidden]} and {@code classifier.bias [labels]}
   * @return the name of the logits, shape {@code [batch, labels]}
   * @throws IllegalArgumentException if the saved head does not fit
   */
  public static String addHead(
      AdaptedGraph adapted,
      int labels,
      TextClassificationOptions options,
      Map<String, INDArray> saved) {
    return addHead(adapted, adapter(adapted, options), labels, options, saved).names().logits();
  }

  private static String adapter(AdaptedGraph adapted, TextClassificationOptions options) {
    List<String> names = adapted.adapterNames();
    checkArgument(!names.isEmpty(), "the graph has no adapter; attach one first");
    String wanted = options.adapter();
    String adapter = wanted == null ? names.get(names.size() - 1) : wanted;
    checkArgument(
        names.contains(adapter), "there is no adapter '%s'; the graph has %s", adapter, names);
    return adapter;
  }

  private static ClassificationHead addHead(
      AdaptedGraph adapted,
      String adapter,
      int labels,
      TextClassificationOptions options,
      Map<String, INDArray> saved) {
    checkArgument(
        !adapted.adapter(adapter).modules().contains(ClassificationHead.MODULE),
        "adapter '%s' has a head '%s' already; attach another adapter",
        adapter,
        ClassificationHead.MODULE);
    HiddenStates hidden = HiddenStates.find(adapted.graph(), options.hidden());
    ClassificationHead head =
        new ClassificationHead(hidden, options.pooling(), labels, options.seed(), saved);
    adapted.addModule(adapter, ClassificationHead.MODULE, head);
    return head;
  }

  @Override
  public AdaptedGraph adapted() {
    return adapted;
  }

  @Override
  public String adapter() {
    return adapter;
  }

  @Override
  public String loss() {
    return head.names().loss();
  }

  @Override
  public String output() {
    return head.names().logits();
  }

  /**
   * The placeholder of the right answers, one-hot rows {@code [batch, labels]}.
   *
   * @return its name
   */
  public String labelsPlaceholder() {
    return head.names().labels();
  }

  /**
   * The classes.
   *
   * @return the labels, in the order of the logits
   */
  public List<String> labels() {
    return labels;
  }

  /**
   * How texts are classified.
   *
   * @return the options
   */
  public TextClassificationOptions options() {
    return options;
  }

  @Override
  public EncodedExamples encode(List<LabeledText> examples) {
    checkArgument(!examples.isEmpty(), "there are no examples");
    int[] classes = new int[examples.size()];
    for (int i = 0; i < classes.length; i++) {
      LabeledText example = examples.get(i);
      checkArgument(!example.text().isBlank(), "the text of example %s is empty", i + 1);
      classes[i] = labels.indexOf(example.label());
      checkArgument(
          classes[i] >= 0,
          "label '%s' of example %s is not one that is trained for: %s",
          example.label(),
          i + 1,
          String.join(", ", labels));
    }
    List<Tokens> tokens =
        tokenizer.encode(examples.stream().map(LabeledText::text).toList(), options.maxLength());
    return new EncodedTexts(
        tokenizer,
        inputs,
        tokens,
        classes,
        labels.size(),
        labelsPlaceholder(),
        options.lengthMultiple());
  }

  @Override
  public Evaluation evaluation() {
    return new Evaluation(labels);
  }

  @Override
  public double judge(Evaluation evaluation, Batch batch, INDArray output) {
    INDArray answers = batch.placeholders().get(labelsPlaceholder());
    checkArgument(answers != null, "the batch has no '%s'", labelsPlaceholder());
    double[][] probabilities = Probabilities.of(output);
    double[][] oneHot = answers.toDoubleMatrix();
    evaluation.eval(answers, Nd4j.createFromArray(probabilities));
    return IntStream.range(0, oneHot.length)
        .mapToDouble(row -> crossEntropy(oneHot[row], probabilities[row]))
        .sum();
  }

  private static double crossEntropy(double[] answer, double[] probabilities) {
    double sum = 0;
    for (int i = 0; i < answer.length; i++) {
      sum -= answer[i] == 0 ? 0 : answer[i] * Math.log(Math.max(probabilities[i], 1e-300));
    }
    return sum;
  }

  /** Writes {@code task.json} for columns {@code text} and {@code label}. */
  @Override
  public void write(Path folder) throws IOException {
    TaskFile.of(this).write(folder);
  }

  /**
   * The fingerprint of the base weights, computed once.
   *
   * @return as {@link BaseHash#of}
   */
  public synchronized String baseHash() {
    if (baseHash == null) {
      baseHash = BaseHash.of(adapted.graph());
    }
    return baseHash;
  }

  /**
   * Judges the model as it is now.
   *
   * @param examples texts with their right labels
   * @param batchSize the most texts in one batch
   * @return counts, from which accuracy, precision, recall, F1 and the confusion follow
   * @throws IllegalArgumentException as {@link #encode}
   */
  public Evaluation evaluate(List<LabeledText> examples, int batchSize) {
    EncodedExamples encoded = encode(examples);
    Evaluation evaluation = evaluation();
    try (CompiledGraph compiled = Engine.create().compile(adapted.graph(), List.of(output()))) {
      encoded
          .batches(batchSize)
          .forEachRemaining(
              batch -> {
                Map<String, INDArray> inputs = batch.inputs(compiled.placeholders());
                judge(evaluation, batch, compiled.run(inputs).values().iterator().next());
              });
    }
    return evaluation;
  }

  /**
   * Compiles the model as it is wired now. Weights that change later are seen, adapters that are
   * attached later are not.
   *
   * @return a thread-safe predictor, to be closed by the caller
   */
  public Predictor<String> predictor() {
    CompiledGraph compiled = Engine.create().compile(adapted.graph(), List.of(output()));
    return new TextPredictor(
        compiled,
        output(),
        tokenizer,
        inputs,
        labels,
        options.maxLength(),
        options.lengthMultiple());
  }
}
