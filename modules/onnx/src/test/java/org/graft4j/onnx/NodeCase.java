/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.graft4j.onnx.OnnxModel.ValueInfo;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One of ONNX's backend node tests: a model of one node, its inputs, and the outputs that the
 * specification asks for.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NodeCase(
    String name,
    String operator,
    double relative,
    double absolute,
    byte[] model,
    List<byte[]> inputs,
    List<byte[]> outputs) {

  /** Reads all cases of {@code node-tests.zip}, which {@code make_node_tests.py} makes. */
  static List<NodeCase> all() throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (InputStream resource = NodeCase.class.getResourceAsStream("node-tests.zip");
        ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(resource))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    List<NodeCase> cases = new ArrayList<>();
    String list =
        new String(Objects.requireNonNull(files.get("cases.tsv")), StandardCharsets.UTF_8);
    for (String line : list.lines().toList()) {
      String[] fields = line.split("\t", -1);
      cases.add(
          new NodeCase(
              fields[0],
              fields[1],
              Double.parseDouble(fields[3]),
              Double.parseDouble(fields[4]),
              Objects.requireNonNull(files.get(fields[0] + "/model.onnx")),
              numbered(files, fields[0] + "/input_"),
              numbered(files, fields[0] + "/output_")));
    }
    return cases;
  }

  private static List<byte[]> numbered(Map<String, byte[]> files, String prefix) {
    List<byte[]> found = new ArrayList<>();
    for (int i = 0; files.containsKey(prefix + i + ".pb"); i++) {
      found.add(Objects.requireNonNull(files.get(prefix + i + ".pb")));
    }
    return found;
  }

  /**
   * Imports and runs the case; returns an empty text when the outputs are right, else what is
   * wrong.
   */
  String run() throws IOException {
    Path path = Path.of(name + ".onnx");
    OnnxModel parsed = modern(ModelReader.read(path, direct(model)));
    SameDiff graph = GraphImport.run(name, parsed);
    Map<String, INDArray> feeds = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      feeds.put(parsed.graph().inputs().get(i).name(), array(inputs.get(i)));
    }
    StringBuilder wrong = new StringBuilder();
    List<ValueInfo> wanted = parsed.graph().outputs();
    for (int i = 0; i < wanted.size(); i++) {
      String output = graph.outputs().get(i);
      INDArray actual = graph.outputSingle(feeds, output);
      wrong.append(difference(output, array(outputs.get(i)), actual));
    }
    return wrong.toString();
  }

  /**
   * And, Or, Xor and Not have not changed since before the oldest opset that is read: their models
   * count as that opset.
   */
  private static OnnxModel modern(OnnxModel old) {
    return old.opset("") >= 11
        ? old
        : new OnnxModel(old.producer(), ImmutableMap.of("", 11), old.graph(), old.functions());
  }

  private static INDArray array(byte[] bytes) throws IOException {
    OnnxTensor tensor =
        new TensorReader(Path.of("tensor.pb"), new WireReader("tensor.pb", direct(bytes)))
            .readFile();
    return TensorData.array("tensor.pb", tensor);
  }

  private static ByteBuffer direct(byte[] bytes) {
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }

  private String difference(String output, INDArray expected, INDArray actual) {
    if (!List.of(box(expected.shape())).equals(List.of(box(actual.shape())))) {
      return String.format(
          Locale.ROOT,
          "%s has shape %s, not %s. ",
          output,
          List.of(box(actual.shape())),
          List.of(box(expected.shape())));
    }
    if (expected.dataType() != actual.dataType()) {
      return String.format(
          Locale.ROOT, "%s has type %s, not %s. ", output, actual.dataType(), expected.dataType());
    }
    if (expected.isEmpty()) {
      return "";
    }
    INDArray a = actual.castTo(DataType.DOUBLE).dup('c').reshape(actual.length());
    INDArray e = expected.castTo(DataType.DOUBLE).dup('c').reshape(expected.length());
    for (long i = 0; i < e.length(); i++) {
      double want = e.getDouble(i);
      double have = a.getDouble(i);
      boolean same = Double.compare(want, have) == 0 || want == have;
      if (!same && !(Math.abs(want - have) <= absolute + relative * Math.abs(want))) {
        return String.format(Locale.ROOT, "%s is %s, not %s, at %d. ", output, have, want, i);
      }
    }
    return "";
  }

  private static Long[] box(long[] shape) {
    Long[] boxed = new Long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      boxed[i] = shape[i];
    }
    return boxed;
  }
}
