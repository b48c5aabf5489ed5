/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.graft4j.onnx.OnnxModel.Dimension;
import org.graft4j.onnx.OnnxModel.Node;
import org.graft4j.onnx.OnnxModel.ValueInfo;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Imports one model: placeholders, then the nodes that the outputs need in order, then the outputs.
 */
final class GraphImport {
  private static final int OLDEST_OPSET = 11;

  private final String file;
  private final OnnxModel model;
  private final List<Node> nodes;
  private final Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
  private final Map<String, ValueInfo> infos = new HashMap<>();
  private final Map<String, Value> values = new HashMap<>();
  private final Set<String> failed = new HashSet<>();
  private final List<String> problems = new ArrayList<>();
  private final ModulePaths paths;
  private final WeightNames weights;
  private final GraphWriter writer = new GraphWriter();
  private final Elementwise math = new Elementwise(writer);
  private final Layout layout = new Layout(writer, math);
  private final Products products = new Products(writer, math, layout);
  private final Reductions reductions = new Reductions(writer, math, layout);

  private GraphImport(String file, OnnxModel model) {
    this.file = file;
    this.model = model;
    for (OnnxTensor tensor : model.graph().initializers()) {
      tensors.put(tensor.name(), tensor);
    }
    model.graph().values().forEach(info -> infos.put(info.name(), info));
    int opset = model.opset("");
    if (opset < OLDEST_OPSET && opset != 0) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: opset %d is older than %d; export the model again with a newer one",
              file,
              opset,
              OLDEST_OPSET));
    }
    Set<String> inputs = new HashSet<>(tensors.keySet());
    model.graph().inputs().forEach(input -> inputs.add(input.name()));
    List<Node> all = FunctionInliner.inline(file, model);
    nodes = NodeOrder.needed(file, all, inputs, model.graph().outputs());
    paths = new ModulePaths(nodes, tensors.keySet());
    weights = new WeightNames(nodes, paths, tensors);
  }

  static SameDiff run(String file, OnnxModel model) {
    return new GraphImport(file, model).run();
  }

  private SameDiff run() {
    checkOperators();
    placeholders();
    for (Node node : nodes) {
      translate(node);
    }
    refuse();
    List<String> outputs = new ArrayList<>();
    for (ValueInfo output : model.graph().outputs()) {
      String name = ModulePaths.clean(output.name());
      Value value = value(output.name());
      if (value == null) {
        throw new OnnxFormatException(
            String.format(
                Locale.ROOT, "%s: nothing produces the output '%s'", file, output.name()));
      }
      SDVariable variable = value.variable();
      if (variable == null || !variable.name().equals(name) || outputs.contains(name)) {
        String free = writer.free(name);
        writer.output(free, value);
        outputs.add(free);
      } else {
        outputs.add(name);
      }
    }
    writer.graph().setOutputs(outputs);
    return writer.graph();
  }

  private void checkOperators() {
    Map<String, String> first = new LinkedHashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    for (Node node : nodes) {
      if (!Translations.ALL.containsKey(node.qualifiedOp())) {
        first.putIfAbsent(node.qualifiedOp(), node.label());
        counts.merge(node.qualifiedOp(), 1, Integer::sum);
      }
    }
    first.forEach(
        (op, node) -> {
          int others = counts.getOrDefault(op, 1) - 1;
          problems.add(
              others == 0
                  ? String.format(Locale.ROOT, "op '%s' (node '%s')", op, node)
                  : String.format(
                      Locale.ROOT, "op '%s' (node '%s' and %d more)", op, node, others));
        });
    refuse();
  }

  private void refuse() {
    if (problems.isEmpty()) {
      return;
    }
    String text =
        problems.size() == 1
            ? problems.get(0) + (problems.get(0).contains("): ") ? "" : " is not supported")
            : problems.size() + " are not supported: " + String.join(", ", problems);
    throw new UnsupportedOpException(
        file + ": " + text + "; graft4j inspect lists the ops it knows", problems);
  }

  private void placeholders() {
    Map<String, Dim> symbols = new HashMap<>();
    for (ValueInfo input : model.graph().inputs()) {
      if (tensors.containsKey(input.name())) {
        continue;
      }
      ElementType element = ElementType.of(input.type());
      if (element == null) {
        throw new OnnxFormatException(
            String.format(
                Locale.ROOT,
                "%s: input '%s' has an element type that is not supported: %d",
                file,
                input.name(),
                input.type()));
      }
      String name = ModulePaths.clean(input.name());
      if (writer.graph().hasVariable(name)) {
        throw new OnnxFormatException(
            String.format(Locale.ROOT, "%s: input '%s' is there twice", file, input.name()));
      }
      List<Dimension> dimensions = input.dimensions();
      Dim[] dims = dimensions == null ? null : dims(input.name(), name, dimensions, symbols);
      SDVariable variable = writer.graph().placeHolder(name, element.becomes(), shape(dims));
      values.put(input.name(), Value.of(variable, element.becomes(), dims));
    }
  }

  private static long @Nullable [] shape(Dim @Nullable [] dims) {
    if (dims == null) {
      return null;
    }
    long[] shape = new long[dims.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = dims[i].isKnown() ? dims[i].known() : -1;
    }
    return shape;
  }

  private Dim[] dims(
      String input, String variable, List<Dimension> dimensions, Map<String, Dim> symbols) {
    Dim[] dims = new Dim[dimensions.size()];
    for (int i = 0; i < dims.length; i++) {
      Dimension dimension = dimensions.get(i);
      if (dimension.size() < -1) {
        throw new OnnxFormatException(
            String.format(
                Locale.ROOT,
                "%s: input '%s' has an impossible dimension: %d",
                file,
                input,
                dimension.size()));
      }
      Dim own = new Dim.Axis(variable, i);
      dims[i] =
          dimension.size() >= 0
              ? Dim.of(dimension.size())
              : dimension.symbol().isEmpty()
                  ? own
                  : symbols.computeIfAbsent(dimension.symbol(), k -> own);
    }
    return dims;
  }

  private @Nullable Value value(String name) {
    Value value = values.get(name);
    OnnxTensor tensor = tensors.get(name);
    if (value == null && tensor != null) {
      Value tied = tied(name, tensor);
      value =
          tied != null ? tied : Value.constant(TensorData.finite(file, tensor), weights.of(name));
      values.put(name, value);
    }
    return value;
  }

  /**
   * Returns a tensor that is the transposed copy of an embedding table as a permutation of that
   * table, else null.
   */
  private @Nullable Value tied(String name, OnnxTensor tensor) {
    String table = weights.table(name);
    Value embedding = table == null ? null : value(table);
    if (embedding == null || embedding.array() == null) {
      return null;
    }
    INDArray copy = TensorData.array(file, tensor);
    if (!copy.equals(GraphWriter.array(embedding).transpose())) {
      return null;
    }
    return layout.permute(embedding, 1, 0);
  }

  private void translate(Node node) {
    List<@Nullable Value> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      if (failed.contains(input)) {
        failed.addAll(node.outputs());
        return;
      }
      inputs.add(input.isEmpty() ? null : value(input));
    }
    writer.scope(paths.of(node));
    Call call =
        new Call(
            file,
            node,
            model.opset(node.domain()),
            inputs,
            writer,
            math,
            layout,
            products,
            reductions);
    try {
      Value[] results = results(call);
      for (int i = 0; i < node.outputs().size(); i++) {
        String output = node.outputs().get(i);
        if (i < results.length) {
          values.put(output, results[i]);
        } else if (!output.isEmpty()) {
          throw new UnsupportedForm("its output " + i + " is used");
        }
      }
    } catch (UnsupportedForm e) {
      problems.add(
          String.format(
              Locale.ROOT,
              "op '%s' (node '%s'): %s",
              node.qualifiedOp(),
              node.label(),
              e.getMessage()));
      failed.addAll(node.outputs());
    } catch (OnnxFormatException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: op '%s' (node '%s') does not fit its inputs: %s",
              file,
              node.qualifiedOp(),
              node.label(),
              e.getMessage() == null ? e : e.getMessage()),
          e);
    }
  }

  private static Value[] results(Call call) {
    if (call.node.domain().isEmpty()) {
      Value shape = ShapeArithmetic.evaluate(call);
      if (shape != null) {
        return new Value[] {shape};
      }
    }
    Translation translation = Translations.ALL.get(call.node.qualifiedOp());
    if (translation == null) {
      throw new UnsupportedForm("unknown");
    }
    return translation.translate(call);
  }
}
