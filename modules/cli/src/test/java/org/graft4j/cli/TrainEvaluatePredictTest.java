/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.graft4j.cli.Session.Result;
import org.graft4j.weights.Safetensors;
import org.graft4j.weights.TensorFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The way of a user: train, evaluate, predict. */
final class TrainEvaluatePredictTest {
  @TempDir Path folder;

  @Test
  void learnsEvaluatesAndPredicts() throws IOException {
    Session session = new Session(folder);
    Path train = session.texts("train.csv", 64, 1);
    Path test = session.texts("test.csv", 40, 2);
    Path adapter = folder.resolve("out/words");

    Result trained =
        Session.run(
            session.train(
                train, adapter, "--validation", test, "--epochs", 6, "--learning-rate", "2e-2"));
    assertThat(trained.err()).contains("trainable params: ", "epoch 6: loss ", "lies in '");
    assertThat(trained.status()).isZero();
    assertThat(adapter)
        .isDirectoryContaining("glob:**/adapter_config.json")
        .isDirectoryContaining("glob:**/adapter_model.safetensors")
        .isDirectoryContaining("glob:**/task.json")
        .isDirectoryContaining("glob:**/history.json");

    Result evaluated = session.with("evaluate", adapter, "--data", test, "--json");
    assertThat(evaluated.status()).isZero();
    JsonNode scores = new ObjectMapper().readTree(evaluated.out());
    assertThat(scores.path("examples").asInt()).isEqualTo(40);
    assertThat(scores.path("accuracy").asDouble()).isGreaterThan(0.9);
    assertThat(session.with("evaluate", adapter, "--data", test).out())
        .contains("accuracy", "precision", "pos", "neg");

    Result words = session.with("predict", adapter, "the film was great", "the plot was awful");
    assertThat(words.status()).isZero();
    assertThat(words.out().lines().map(l -> l.substring(0, 3))).containsExactly("pos", "neg");

    Path labelled = folder.resolve("labelled.csv");
    Result file = session.with("predict", adapter, "--data", test, "--out", labelled);
    assertThat(file.status()).isZero();
    List<String> lines = Files.readAllLines(labelled);
    assertThat(lines).hasSize(41);
    assertThat(lines.get(0)).isEqualTo("text,label,predicted,score");

    Path inputs = folder.resolve("inputs.safetensors");
    INDArray ids = Nd4j.createFromArray(new long[][] {{5, 17, 23}, {9, 4, 8}});
    Safetensors.write(
        inputs,
        Map.of(
            "input_ids", ids,
            "attention_mask", Nd4j.onesLike(ids),
            "token_type_ids", Nd4j.zerosLike(ids)),
        Map.of());
    Path outputs = folder.resolve("outputs.safetensors");
    Result ran =
        Session.run(
            "run", session.model, "--inputs", inputs, "--adapter", adapter, "--outputs", outputs);
    assertThat(ran.err()).isEmpty();
    try (TensorFile computed = Safetensors.open(outputs)) {
      assertThat(computed.names()).containsExactlyInAnyOrder("last_hidden_state", "logits");
      assertThat(computed.info("logits").shape()).containsExactly(2, 2);
    }
  }
}
