/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.graft4j.onnx.Proto.attribute;
import static org.graft4j.onnx.Proto.external;
import static org.graft4j.onnx.Proto.join;
import static org.graft4j.onnx.Proto.message;
import static org.graft4j.onnx.Proto.model;
import static org.graft4j.onnx.Proto.node;
import static org.graft4j.onnx.Proto.number;
import static org.graft4j.onnx.Proto.tensor;
import static org.graft4j.onnx.Proto.text;
import static org.graft4j.onnx.Proto.value;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.graft4j.models.TinyGraphs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;

/** Files that are missing, cut, damaged or built to do harm: one clear sentence each. */
final class HostileFileTest {
  private static final long SEED = 20261122;

  @TempDir Path folder;

  @Test
  void aFileThatIsMissingOrEmptyOrSomethingElse() throws IOException {
    Path missing = folder.resolve("nowhere.onnx");
    assertThatThrownBy(() -> OnnxImporter.load(missing))
        .isInstanceOf(OnnxFormatException.class)
        .hasMessage(missing + ": no such file; give the path of an .onnx file");
    refused(new byte[0], "model.onnx: the file is empty");
    refused(number(1, 8), "model.onnx: not an ONNX model: it has no graph");
    refused(message(7, text(2, "g")), "model.onnx: not an ONNX model: it names no operator set");
    assertThatThrownBy(() -> load("PK\u0003\u0004 something else".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(OnnxFormatException.class)
        .hasMessageStartingWith("model.onnx: ");
  }

  @Test
  void aFileCutAnywhere() throws IOException {
    byte[] whole = Files.readAllBytes(TinyGraphs.file("bert-torchscript.onnx"));
    Random random = new Random(SEED);
    for (int i = 0; i < 60; i++) {
      int length = 1 + random.nextInt(whole.length - 1);
      assertThatThrownBy(() -> load(Arrays.copyOf(whole, length)))
          .as("cut to %d", length)
          .isInstanceOf(OnnxFormatException.class)
          .hasMessageStartingWith("model.onnx: ");
    }
  }

  @Test
  void aFileWithFlippedBytes() throws IOException {
    byte[] whole = Files.readAllBytes(TinyGraphs.file("gpt2-dynamo.onnx"));
    Random random = new Random(SEED);
    int refused = 0;
    for (int i = 0; i < 80; i++) {
      byte[] damaged = whole.clone();
      for (int j = 0; j < 20; j++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        load(damaged);
      } catch (OnnxFormatException | UnsupportedOpException e) {
        assertThat(e.getMessage()).startsWith("model.onnx: ");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void operatorsThatAreNotKnownAreAllListed() throws IOException {
    byte[] model =
        model(
            value(11, "x", -1),
            node("NonMaxSuppression", "/nms/0", List.of("x"), "a"),
            node("Relu", "", List.of("a"), "b"),
            node("LSTM", "/lstm", List.of("b"), "c"),
            node("LSTM", "/lstm_1", List.of("c"), "y"),
            value(12, "y", -1));
    assertThatThrownBy(() -> load(model))
        .isInstanceOf(UnsupportedOpException.class)
        .hasMessage(
            "model.onnx: 2 are not supported: op 'NonMaxSuppression' (node '/nms/0'), "
                + "op 'LSTM' (node '/lstm' and 1 more); graft4j inspect lists the ops it knows")
        .extracting(e -> ((UnsupportedOpException) e).problems().size())
        .isEqualTo(2);
    byte[] one =
        model(
            value(11, "x", -1),
            node("NonMaxSuppression", "/nms/0", List.of("x"), "y"),
            value(12, "y", -1));
    assertThatThrownBy(() -> load(one))
        .hasMessage(
            "model.onnx: op 'NonMaxSuppression' (node '/nms/0') is not supported; "
                + "graft4j inspect lists the ops it knows");
  }

  @Test
  void aGraphThatIsWiredWrongly() throws IOException {
    byte[] x = value(11, "x", -1);
    byte[] y = value(12, "y", -1);
    refused(
        model(x, node("Add", "n", List.of("x", "z"), "y"), y),
        "model.onnx: node 'n' reads 'z', which nothing produces");
    refused(model(x, y), "model.onnx: nothing produces the output 'y'");
    refused(
        model(
            x,
            node("Add", "n", List.of("x", "b"), "a"),
            node("Relu", "m", List.of("a"), "b"),
            node("Relu", "o", List.of("b"), "y"),
            y),
        "model.onnx: node 'n' needs its own output: the graph has a cycle");
    refused(
        model(x, node("Relu", "n", List.of("x"), "y"), node("Abs", "m", List.of("x"), "y"), y),
        "model.onnx: value 'y' is made twice, again by node 'm'");
    refused(
        model(x, node("Add", "n", List.of("x"), "y"), y),
        "model.onnx: op 'Add' (node 'n') lacks its input 1");
    refused(
        model(value(11, "x", -7), node("Relu", "n", List.of("x"), "y"), y),
        "model.onnx: input 'x' has an impossible dimension: -7");
    byte[] old =
        join(message(7, x, node("Relu", "n", List.of("x"), "y"), y), message(8, number(2, 9)));
    refused(old, "model.onnx: opset 9 is older than 11; export the model again with a newer one");
  }

  @Test
  void tensorsThatDoNotFitTheirData() throws IOException {
    byte[] four = message(9, new byte[16]);
    refused(
        added(tensor(5, "w", 1, four, 5)),
        "model.onnx: tensor 'w' of shape [5] and type FLOAT has 16 bytes of data; "
            + "its shape and the data do not agree");
    refused(
        added(tensor(5, "w", 1, four, -4)), "model.onnx: tensor 'w' has an impossible shape: [-4]");
    refused(
        added(tensor(5, "w", 1, four, 1L << 40, 1L << 40)),
        "model.onnx: tensor 'w' has an impossible shape: [1099511627776, 1099511627776]");
    refused(
        added(tensor(5, "w", 8, new byte[0], 4)),
        "model.onnx: tensor 'w' has an element type that is not supported: 8");
  }

  @Test
  void externalDataOutsideOfItsFileOrOfTheFolder() throws IOException {
    Files.write(folder.resolve("weights.bin"), new byte[100]);
    refused(
        added(tensor(5, "w", 1, external("weights.bin", 107, 16), 4)),
        "weights.bin: tensor 'w' ends at byte 123, but the file has 100");
    refused(
        added(tensor(5, "w", 1, external("weights.bin", 8, Long.MAX_VALUE), 4)),
        "weights.bin: tensor 'w' ends at byte 9223372036854775815, but the file has 100");
    refused(
        added(tensor(5, "w", 1, external("../weights.bin", 0, 16), 4)),
        "model.onnx: the data of tensor 'w' lies outside the model's folder: '../weights.bin'");
    refused(
        added(tensor(5, "w", 1, external("/etc/passwd", 0, 16), 4)),
        "model.onnx: the data of tensor 'w' lies outside the model's folder: '/etc/passwd'");
    refused(
        added(tensor(5, "w", 1, external("other.bin", 0, 16), 4)),
        "model.onnx: the data of tensor 'w' should lie in 'other.bin', which is not there; "
            + "put it beside the model");
    SameDiff graph = load(added(tensor(5, "w", 1, external("weights.bin", 8, 16), 4)));
    assertThat(graph.outputSingle(Map.of("x", Nd4j.ones(4)), "y")).isEqualTo(Nd4j.ones(4));
  }

  @Test
  void constantsThatWouldFillTheMemory() throws IOException {
    byte[] huge = new byte[16];
    huge[3] = huge[11] = 1 << 6;
    byte[] model =
        model(
            value(11, "x", -1),
            tensor(5, "shape", 7, message(9, huge), 2),
            node("ConstantOfShape", "fill", List.of("shape"), "a"),
            node("Add", "n", List.of("x", "a"), "y"),
            value(12, "y", -1));
    assertThatThrownBy(() -> load(model))
        .isInstanceOf(UnsupportedOpException.class)
        .hasMessage(
            "model.onnx: op 'ConstantOfShape' (node 'fill'): its constant result is too large: "
                + "[1073741824, 1073741824]; graft4j inspect lists the ops it knows");
  }

  @Test
  void aFunctionThatCallsItself() throws IOException {
    byte[] call = message(1, text(1, "a"), text(2, "b"), text(4, "f"), text(7, "mine"));
    byte[] function =
        message(
            25,
            text(1, "f"),
            text(4, "a"),
            text(5, "b"),
            message(7, text(1, "a"), text(2, "b"), text(4, "f"), text(7, "mine")),
            text(10, "mine"));
    byte[] model =
        join(
            message(7, value(11, "a", -1), call, value(12, "b", -1)),
            message(8, number(2, 17)),
            function);
    refused(model, "model.onnx: function 'f' calls itself (node 'b')");
  }

  @Test
  void aFunctionIsInlined() throws IOException {
    byte[] function =
        message(
            25,
            text(1, "f"),
            text(4, "p"),
            text(5, "q"),
            text(6, "slope"),
            message(
                7,
                text(1, "p"),
                text(2, "q"),
                text(4, "LeakyRelu"),
                attribute("alpha", text(21, "slope"))),
            text(10, "mine"));
    byte[] call =
        message(
            1,
            text(1, "x"),
            text(2, "y"),
            text(4, "f"),
            attribute("slope", join(new byte[] {0x15, 0, 0, 0, 0x3f})),
            text(7, "mine"));
    byte[] model =
        join(
            message(7, value(11, "x", -1), call, value(12, "y", -1)),
            message(8, number(2, 17)),
            function);
    SameDiff graph = load(model);
    assertThat(graph.outputSingle(Map.of("x", Nd4j.createFromArray(-2f, 2f)), "y"))
        .isEqualTo(Nd4j.createFromArray(-1f, 2f));
  }

  /** x + w. */
  private static byte[] added(byte[] initializer) {
    return model(
        value(11, "x", 4),
        initializer,
        node("Add", "n", List.of("x", "w"), "y"),
        value(12, "y", 4));
  }

  private SameDiff load(byte[] bytes) throws IOException {
    Path file = folder.resolve("model.onnx");
    Files.write(file, bytes);
    return OnnxImporter.load(file);
  }

  private void refused(byte[] bytes, String message) {
    assertThatThrownBy(() -> load(bytes))
        .isInstanceOf(OnnxFormatException.class)
        .hasMessage(message);
  }
}
