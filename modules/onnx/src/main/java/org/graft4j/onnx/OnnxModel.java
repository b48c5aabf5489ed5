/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/** What an ONNX file holds, as far as the importer needs it. Names follow {@code onnx.proto}. */
record OnnxModel(
    String producer,
    ImmutableMap<String, Integer> opsets,
    Graph graph,
    ImmutableMap<String, Function> functions) {

  /** Returns the version of a domain's operator set, or 0 when the model does not import it. */
  int opset(String domain) {
    Integer version = opsets.get(domain.equals("ai.onnx") ? "" : domain);
    return version == null ? 0 : version;
  }

  /** Nodes with their inputs, outputs and stored tensors. */
  record Graph(
      ImmutableList<Node> nodes,
      ImmutableList<OnnxTensor> initializers,
      ImmutableList<ValueInfo> inputs,
      ImmutableList<ValueInfo> outputs,
      ImmutableList<ValueInfo> values) {}

  /** One operator call. An empty input name stands for an input that is left out. */
  record Node(
      String op,
      String domain,
      String name,
      ImmutableList<String> inputs,
      ImmutableList<String> outputs,
      ImmutableMap<String, Attribute> attributes,
      ImmutableMap<String, String> metadata) {

    /** Returns the operator's name as {@link OnnxOperators} lists it. */
    String qualifiedOp() {
      return domain.isEmpty() || domain.equals("ai.onnx") ? op : domain + "." + op;
    }

    /** Returns how messages call this node: by its name or, without one, by its first output. */
    String label() {
      return !name.isEmpty() ? name : outputs.isEmpty() ? "" : outputs.get(0);
    }
  }

  /** A named attribute; of the value fields, the one that its kind says is filled. */
  record Attribute(
      String name,
      float number,
      long integer,
      @Nullable String text,
      @Nullable OnnxTensor tensor,
      ImmutableList<Float> numbers,
      ImmutableList<Long> integers,
      @Nullable String reference,
      boolean hasGraph) {

    Attribute named(String newName) {
      return new Attribute(
          newName, number, integer, text, tensor, numbers, integers, null, hasGraph);
    }
  }

  /**
   * A value's declared element type and dimensions: -1 for an open one; null when even the rank is
   * open.
   */
  record ValueInfo(String name, int type, @Nullable ImmutableList<Dimension> dimensions) {}

  /** One declared dimension: a size, or -1 with the symbol that the file gives it. */
  record Dimension(long size, String symbol) {}

  /** A model-local function. */
  record Function(
      String name,
      String domain,
      ImmutableList<String> inputs,
      ImmutableList<String> outputs,
      ImmutableMap<String, Attribute> defaults,
      ImmutableList<Node> nodes,
      ImmutableMap<String, Integer> opsets) {}
}
