/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.graft4j.tasks.BaseHash;
import org.graft4j.tasks.Predictor;
import org.graft4j.tasks.TaskFile;
import org.graft4j.tasks.TextClassification;
import org.graft4j.text.LabeledText;
import org.graft4j.text.Tokenizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Loss;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

final class TrainerTest {
  @TempDir static Path folder;
  private static Tokenizer tokenizer;
  private static final List<LabeledText> TRAIN = Toy.texts(192, 1);
  private static final List<LabeledText> VALIDATION = Toy.texts(32, 2);

  @BeforeAll
  static void open() throws IOException {
    tokenizer = Toy.tokenizer();
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  private static TrainerBuilder quick() {
    return Trainer.builder().epochs(3).batchSize(16).learningRate(2e-2);
  }

  private static List<INDArray> weights(TextClassification task) {
    return task.adapted().adapter("mood").parameters().stream().map(p -> p.array().dup()).toList();
  }

  @Test
  void learnsSavesAndLoads() throws IOException {
    SameDiff graph = Toy.bert();
    TextClassification task = Toy.task(graph, tokenizer);
    String base = BaseHash.of(graph);
    Path checkpoints = folder.resolve("learns");
    List<TrainingProgress> seen = new ArrayList<>();
    List<Path> saved = new ArrayList<>();
    TrainingReport report =
        quick()
            .checkpoints(checkpoints)
            .warmupRatio(.1)
            .listener(
                new TrainingListener() {
                  @Override
                  public void step(TrainingProgress progress) {
                    seen.add(progress);
                  }

                  @Override
                  public void saved(Path path) {
                    saved.add(path);
                  }
                })
            .build()
            .fit(task, TRAIN, VALIDATION);
    assertThat(report.end()).isEqualTo(TrainingReport.End.FINISHED);
    assertThat(report.epochs()).hasSize(3);
    assertThat(report.losses()).hasSize(36);
    assertThat(report.plannedSteps()).isEqualTo(36);
    assertThat(report.losses().get(0)).isBetween(.4, 1.2);
    assertThat(report.epochs().get(2).loss()).isLessThan(report.epochs().get(0).loss() / 2);
    assertThat(report.best().orElseThrow().accuracy()).isGreaterThan(.9);
    assertThat(report.checkpoint()).isEqualTo(checkpoints.resolve("best"));
    assertThat(seen).hasSize(36);
    assertThat(seen.get(0).learningRate()).isZero();
    assertThat(seen.get(35).remaining()).isZero();
    assertThat(saved).contains(checkpoints.resolve("last"), checkpoints.resolve("best"));
    assertThat(BaseHash.of(graph)).as("the frozen base").isEqualTo(base);
    assertThat(Files.readString(checkpoints.resolve("history.json")))
        .contains("\"end\" : \"finished\"", "\"validation_loss\"");

    double accuracy = task.evaluate(VALIDATION, 8).accuracy();
    assertThat(accuracy).isEqualTo(report.best().orElseThrow().accuracy());
    TextClassification loaded =
        TaskDirectory.load(Toy.bert(), tokenizer, "again", checkpoints.resolve("best"));
    try (Predictor<String> trained = task.predictor();
        Predictor<String> again = loaded.predictor()) {
      for (LabeledText text : VALIDATION.subList(0, 8)) {
        assertThat(again.predict(text.text()).scores())
            .isEqualTo(trained.predict(text.text()).scores());
      }
    }
    SameDiff other = Toy.bert();
    other.getVariable("embeddings.word_embeddings.weight").getArr().putScalar(5, 7);
    assertThatThrownBy(() -> TaskDirectory.load(other, tokenizer, "x", checkpoints.resolve("best")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was trained on another base model (sha256 " + base + ")");
    assertThat(TaskFile.read(checkpoints.resolve("last")).labels()).isEqualTo(Toy.LABELS);
  }

  @Test
  void givesTheSameWeightsForTheSameSeed() throws IOException {
    TextClassification one = Toy.task(Toy.bert(), tokenizer);
    TextClassification two = Toy.task(Toy.bert(), tokenizer);
    TextClassification three = Toy.task(Toy.bert(), tokenizer);
    Trainer trainer = quick().epochs(1).build();
    TrainingReport report = trainer.fit(one, TRAIN);
    assertThat(trainer.fit(two, TRAIN).losses()).isEqualTo(report.losses());
    assertThat(weights(two)).isEqualTo(weights(one));
    assertThat(quick().epochs(1).seed(8).build().fit(three, TRAIN).losses())
        .isNotEqualTo(report.losses());
    assertThat(report.checkpoint()).isNull();
    assertThat(report.bestEpoch()).isEqualTo(1);
  }

  @Test
  void averagesAccumulatedGradients() throws IOException {
    TextClassification whole = Toy.task(Toy.bert(), tokenizer);
    TextClassification parts = Toy.task(Toy.bert(), tokenizer);
    List<LabeledText> some = TRAIN.subList(0, 8);
    TrainingReport one =
        quick().epochs(1).batchSize(8).schedule(Schedule.CONSTANT).build().fit(whole, some);
    TrainingReport four =
        quick()
            .epochs(1)
            .batchSize(2)
            .accumulation(4)
            .schedule(Schedule.CONSTANT)
            .build()
            .fit(parts, some);
    assertThat(four.losses()).hasSize(1);
    assertThat(four.losses().get(0))
        .isCloseTo(one.losses().get(0), org.assertj.core.data.Offset.offset(1e-5));
  }

  @Test
  void stopsWhenAskedAndKeepsWhatItHas() throws IOException {
    TextClassification task = Toy.task(Toy.bert(), tokenizer);
    Path checkpoints = folder.resolve("stopped");
    AtomicInteger steps = new AtomicInteger();
    TrainingReport report =
        quick()
            .checkpoints(checkpoints)
            .listener(
                new TrainingListener() {
                  @Override
                  public void step(TrainingProgress progress) {
                    steps.incrementAndGet();
                  }
                })
            .stopWhen(() -> steps.get() == 14)
            .build()
            .fit(task, TRAIN, VALIDATION);
    assertThat(report.end()).isEqualTo(TrainingReport.End.INTERRUPTED);
    assertThat(report.losses()).hasSize(14);
    assertThat(report.epochs()).hasSize(1);
    assertThat(report.checkpoint()).isEqualTo(checkpoints.resolve("last"));
    List<INDArray> now = weights(task);
    TextClassification loaded =
        TaskDirectory.load(Toy.bert(), tokenizer, "mood", checkpoints.resolve("last"));
    assertThat(weights(loaded)).isEqualTo(now);
  }

  @Test
  void stopsWhenItsThreadIsInterrupted() throws IOException {
    TextClassification task = Toy.task(Toy.bert(), tokenizer);
    Path checkpoints = folder.resolve("interrupted");
    TrainingReport report =
        quick()
            .checkpoints(checkpoints)
            .listener(
                new TrainingListener() {
                  @Override
                  public void step(TrainingProgress progress) {
                    Thread.currentThread().interrupt();
                  }
                })
            .build()
            .fit(task, TRAIN);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(report.end()).isEqualTo(TrainingReport.End.INTERRUPTED);
    assertThat(report.losses()).hasSize(1);
    assertThat(checkpoints.resolve("last/adapter_model.safetensors")).exists();
  }

  @Test
  void stopsWhenTheLossIsNoNumber() throws IOException {
    TextClassification task = Toy.task(Toy.bert(), tokenizer);
    Path checkpoints = folder.resolve("diverged");
    List<List<INDArray>> good = new ArrayList<>();
    Trainer trainer =
        quick()
            .checkpoints(checkpoints)
            .listener(
                new TrainingListener() {
                  @Override
                  public void epoch(EpochResult result) {
                    good.add(weights(task));
                  }

                  @Override
                  public void step(TrainingProgress progress) {
                    if (progress.step() == 13) {
                      task.adapted()
                          .adapter("mood")
                          .parameter("classifier.bias")
                          .array()
                          .assign(Float.NaN);
                    }
                  }
                })
            .build();
    assertThatThrownBy(() -> trainer.fit(task, TRAIN, VALIDATION))
        .isInstanceOf(DivergedException.class)
        .hasMessage(
            "the loss is NaN at step 14 (epoch 2); the last good checkpoint is in '"
                + checkpoints.resolve("best")
                + "'; try a lower learning rate");
    assertThat(good).hasSize(1);
    assertThat(weights(task)).isEqualTo(good.get(0));
  }

  @Test
  void stopsWithoutProgress() throws IOException {
    TextClassification task = Toy.task(Toy.bert(), tokenizer);
    List<LabeledText> opposite =
        VALIDATION.stream()
            .map(t -> new LabeledText(t.text(), t.label().equals("good") ? "bad" : "good"))
            .toList();
    TrainingReport report = quick().epochs(9).patience(2).build().fit(task, TRAIN, opposite);
    assertThat(report.end()).isEqualTo(TrainingReport.End.NO_PROGRESS);
    assertThat(report.epochs()).hasSizeLessThan(9);
    assertThat(report.epochs().size() - report.bestEpoch()).isEqualTo(2);
    assertThat(task.evaluate(opposite, 16).accuracy())
        .isEqualTo(report.best().orElseThrow().accuracy());
  }

  @Test
  void tellsListenersOfSameDiffTheTrueLossAndTakesAnyUpdater() throws IOException {
    TextClassification task = Toy.task(Toy.bert(), tokenizer);
    List<Double> heard = new ArrayList<>();
    TrainingReport report =
        quick()
            .epochs(2)
            .updater(new Adam(1e-2))
            .maxGradientNorm(1)
            .listener(
                new BaseListener() {
                  @Override
                  public boolean isActive(Operation operation) {
                    return operation == Operation.TRAINING;
                  }

                  @Override
                  public void iterationDone(SameDiff graph, At at, MultiDataSet data, Loss loss) {
                    heard.add(loss.totalLoss());
                    assertThat(at.iteration()).isEqualTo(heard.size() - 1);
                    assertThat(data.numFeatureArrays()).isEqualTo(4);
                  }
                })
            .build()
            .fit(task, TRAIN);
    assertThat(heard).isEqualTo(report.losses());
    assertThat(report.epochs().get(1).loss()).isLessThan(report.epochs().get(0).loss());
    assertThat(report.epochs().get(1).accuracy()).isNaN();
  }

  @Test
  void refusesAFolderItCannotWriteBeforeTraining() throws IOException {
    TextClassification task = Toy.task(Toy.bert(), tokenizer);
    Path file = Files.writeString(folder.resolve("file"), "x");
    Trainer trainer = quick().checkpoints(file.resolve("below")).build();
    assertThatThrownBy(() -> trainer.fit(task, TRAIN))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cannot write '" + file.resolve("below/.probe") + "': ");
  }
}
