/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.NameScope;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.array.ThreadSafeArrayHolder;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.transforms.same.Identity;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Writes operations into the SameDiff graph: each goes into the scope (the module path) that is
 * set, is computed at once when all its inputs are constants, and otherwise gets its inputs'
 * variables made. Constants and shape vectors are written once.
 */
final class GraphWriter {
  /** The scope of values that belong to no module. */
  static final String NO_MODULE = "graph";

  private static final long LARGEST_FOLDED = 1L << 26;

  private final SameDiff graph = create();
  private final Map<List<Dim>, SDVariable> vectors = new HashMap<>();
  private final Map<Dim, SDVariable> dimensions = new HashMap<>();
  private final Map<String, SDVariable> shapes = new HashMap<>();
  private final Map<String, SDVariable> scalars = new HashMap<>();
  private String scope = NO_MODULE;

  /** Makes one operation on the inputs' variables and returns its output. */
  interface Emission {
    SDVariable apply(SameDiff graph, SDVariable[] inputs);
  }

  /** Makes a graph whose constants are not kept twice, which is ND4J's default. */
  private static SameDiff create() {
    SameDiff graph = SameDiff.create();
    graph.setConstantArrays(new ThreadSafeArrayHolder(false));
    return graph;
  }

  SameDiff graph() {
    return graph;
  }

  /** Sets the module path that the next operations belong to. */
  void scope(String path) {
    scope = path.isEmpty() ? NO_MODULE : path;
  }

  String scope() {
    return scope;
  }

  Value scalar(DataType type, double number) {
    return Value.constant(Nd4j.scalar(type, number), null);
  }

  Value longs(long... numbers) {
    return Value.shape(DataType.INT64, Dims.of(numbers), false);
  }

  Value vector(Dim... elements) {
    return Value.shape(DataType.INT64, elements, false);
  }

  /**
   * Writes an operation.
   *
   * @param dims the result's dimensions; null entries for unknown ones, null when the rank is
   *     unknown
   */
  Value emit(DataType type, Dim @Nullable [] dims, Emission emission, Value... inputs) {
    if (Arrays.stream(inputs).allMatch(Value::isConstant)) {
      return fold(dims, emission, inputs);
    }
    SDVariable[] variables = new SDVariable[inputs.length];
    boolean learned = false;
    for (int i = 0; i < inputs.length; i++) {
      variables[i] = variable(inputs[i]);
      learned |= inputs[i].isLearned();
    }
    SDVariable result = in(scope, () -> emission.apply(graph, variables));
    return Value.of(result, type, named(dims, result.name())).learned(learned && type.isFPType());
  }

  private static Dim @Nullable [] named(Dim @Nullable [] dims, String variable) {
    if (dims == null) {
      return null;
    }
    Dim[] named = dims.clone();
    for (int i = 0; i < named.length; i++) {
      if (named[i] == null) {
        named[i] = new Dim.Axis(variable, i);
      }
    }
    return named;
  }

  private static Value fold(Dim @Nullable [] dims, Emission emission, Value... inputs) {
    if (dims != null && Dims.areKnown(dims)) {
      long count = 1;
      for (Dim dim : dims) {
        if (dim.known() < 0 || (dim.known() > 0 && count > LARGEST_FOLDED / dim.known())) {
          throw new UnsupportedForm("its constant result is too large: " + Arrays.toString(dims));
        }
        count *= dim.known();
      }
    }
    SameDiff scratch = create();
    SDVariable[] constants = new SDVariable[inputs.length];
    boolean learned = false;
    for (int i = 0; i < inputs.length; i++) {
      constants[i] = scratch.constant("c" + i, array(inputs[i]));
      learned |= inputs[i].isLearned();
    }
    SDVariable result = emission.apply(scratch, constants);
    INDArray array = scratch.outputSingle(Map.of(), result.name());
    return Value.constant(array, null).learned(learned && array.dataType().isFPType());
  }

  /** Returns the array of a value that {@link Value#isConstant()}. */
  static INDArray array(Value value) {
    INDArray array = value.array();
    if (array == null) {
      long[] numbers = Dims.known(elements(value));
      if (numbers.length == 0) {
        array = Nd4j.create(value.type(), 0);
      } else {
        INDArray longs = value.isScalar() ? Nd4j.scalar(numbers[0]) : Nd4j.createFromArray(numbers);
        array = longs.castTo(value.type());
      }
      value.array(array);
    }
    return array;
  }

  private static Dim[] elements(Value value) {
    Dim[] elements = value.elements();
    if (elements == null) {
      throw new IllegalStateException("the value has neither a variable nor elements");
    }
    return elements;
  }

  /** Returns the variable of a value, made now if there is none yet. */
  SDVariable variable(Value value) {
    SDVariable variable = value.variable();
    if (variable == null) {
      variable = make(value);
      value.variable(variable);
    }
    return variable;
  }

  private SDVariable make(Value value) {
    Value source = value.source();
    int[] permutation = value.permutation();
    if (source != null && permutation != null) {
      String before = scope;
      scope = value.scope();
      Value made =
          emit(value.type(), value.dims(), (sd, x) -> sd.permute(x[0], permutation), source);
      scope = before;
      return variable(made);
    }
    if (value.isConstant()) {
      return constant(value);
    }
    Dim[] elements = elements(value);
    SDVariable longs = value.isScalar() ? scalar(elements[0]) : vectorVariable(elements);
    if (value.type() == DataType.INT64) {
      return longs;
    }
    return in(NO_MODULE, () -> longs.castTo(value.type()));
  }

  private SDVariable constant(Value value) {
    INDArray array = array(value);
    String name = value.name();
    if (name != null) {
      return graph.constant(free(name), array);
    }
    if (array.length() <= 16 && !array.isEmpty()) {
      String key = array.dataType() + Arrays.toString(array.shape()) + numbers(array);
      return scalars.computeIfAbsent(
          key, k -> graph.constant(free(NO_MODULE + "/constant"), array));
    }
    return graph.constant(free(scope + "/constant"), array);
  }

  private static String numbers(INDArray array) {
    StringBuilder text = new StringBuilder();
    INDArray flat = array.reshape(array.length());
    for (int i = 0; i < array.length(); i++) {
      text.append(array.dataType().isFPType() ? flat.getDouble(i) : flat.getLong(i)).append(',');
    }
    return text.toString();
  }

  /** Returns the name, with a number behind it if it is taken. */
  String free(String name) {
    String free = name;
    for (int i = 1; graph.hasVariable(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }

  private SDVariable scalar(Dim dim) {
    return vectors.computeIfAbsent(
        List.of(dim, Dim.of(Long.MIN_VALUE)),
        k -> {
          SDVariable vector = dimension(dim);
          return in(NO_MODULE, () -> graph.squeeze(vector, 0));
        });
  }

  private SDVariable vectorVariable(Dim[] elements) {
    List<Dim> key = List.of(elements);
    SDVariable known = vectors.get(key);
    if (known != null) {
      return known;
    }
    List<SDVariable> parts = new ArrayList<>();
    List<Long> run = new ArrayList<>();
    for (Dim dim : elements) {
      if (dim.isKnown()) {
        run.add(dim.known());
      } else {
        flush(run, parts);
        parts.add(dimension(dim));
      }
    }
    flush(run, parts);
    SDVariable result = parts.get(0);
    if (parts.size() > 1) {
      result = in(NO_MODULE, () -> graph.concat(0, parts.toArray(new SDVariable[0])));
    }
    vectors.put(key, result);
    return result;
  }

  private void flush(List<Long> run, List<SDVariable> parts) {
    if (!run.isEmpty()) {
      parts.add(variable(longs(run.stream().mapToLong(Long::longValue).toArray())));
      run.clear();
    }
  }

  /** Returns a dimension as a variable of shape [1]. */
  private SDVariable dimension(Dim dim) {
    SDVariable made = dimensions.get(dim);
    if (made == null) {
      made = makeDimension(dim);
      dimensions.put(dim, made);
    }
    return made;
  }

  private SDVariable makeDimension(Dim dim) {
    if (dim instanceof Dim.Known known) {
      return variable(longs(known.number()));
    }
    if (dim instanceof Dim.Axis axis) {
      return in(NO_MODULE, () -> size(axis));
    }
    Dim.Computed computed = (Dim.Computed) dim;
    SDVariable a = dimension(computed.left());
    SDVariable b = dimension(computed.right());
    return in(
        NO_MODULE,
        () ->
            switch (computed.operation()) {
              case ADD -> graph.math().add(a, b);
              case SUBTRACT -> graph.math().sub(a, b);
              case MULTIPLY -> graph.math().mul(a, b);
              case DIVIDE -> graph.math().div(a, b);
              case MAXIMUM -> graph.max(a, b);
              case MINIMUM -> graph.min(a, b);
            });
  }

  private SDVariable size(Dim.Axis axis) {
    SDVariable shape =
        shapes.computeIfAbsent(axis.variable(), v -> graph.shape(graph.getVariable(v)));
    return graph.stridedSlice(
        shape, new long[] {axis.axis()}, new long[] {axis.axis() + 1}, new long[] {1});
  }

  /** Writes operations whose names start with a scope. */
  private SDVariable in(String name, Supplier<SDVariable> operations) {
    NameScope entered = graph.withNameScope(name);
    try {
      return operations.get();
    } finally {
      entered.close();
    }
  }

  /** Writes the operation that gives a value the name of a graph output. */
  void output(String name, Value value) {
    Identity identity = new Identity();
    identity.setSameDiff(graph);
    identity.setOwnName(name);
    graph.putOpForId(name, identity);
    graph.addArgsFor(new SDVariable[] {variable(value)}, identity);
    identity.outputVariables();
  }
}
