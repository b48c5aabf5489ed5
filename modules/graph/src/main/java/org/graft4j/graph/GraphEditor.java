/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.autodiff.samediff.internal.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One transaction on the wiring of a graph. {@link #commit()} checks the result and keeps it;
 * {@link #close()} without it puts everything back as it was. What is added to the graph past the
 * editor belongs to the edit, too: a node that {@code sd.math().mul("scaled", a, b)} makes is named
 * {@code scaled} by the commit, like its output, so that a load cannot mistake other values for it.
 *
 * <pre>{@code
 * try (GraphEditor editor = GraphEditor.open(graph)) {
 *   editor.insertAfter("query", y -> editor.op("query.double", sd -> y.mul(2.0)));
 *   EditLog log = editor.commit();
 * }
 * }</pre>
 */
public final class GraphEditor implements AutoCloseable {
  /*
   * Longer than other classes: one short verb for each kind of edit, and most of it documentation.
   *
   * SameDiff keeps each edge twice, at the node and at the value. replaceArgFor is its one primitive that changes both and
   * survives a save; values are never renamed to take the place of others. A transaction begins with a snapshot of the
   * structure (no arrays), which close() puts back; the log of a committed edit is the difference between two snapshots.
   */
  private static final Pattern INDEXED = Pattern.compile(".*:\\d+");

  private final SameDiff graph;
  private final GraphView view;
  private final Snapshot before;
  private final Map<String, String> moved = new HashMap<>();
  private final Set<String> named = new HashSet<>();
  private boolean open = true;

  private GraphEditor(SameDiff graph) {
    this.graph = graph;
    view = GraphView.of(graph);
    forgetRuns(graph);
    before = Snapshot.of(graph);
  }

  /**
   * Opens a transaction. The gradient function and the sessions of the graph are dropped, since
   * they would show the old graph.
   *
   * @param graph the graph to edit
   * @return the editor
   * @throws BrokenGraphException if the graph is broken before the edit
   */
  public static GraphEditor open(SameDiff graph) {
    GraphCheck.check(graph);
    return new GraphEditor(graph);
  }

  /**
   * Returns the graph that is edited.
   *
   * @return the graph itself
   */
  public SameDiff graph() {
    return graph;
  }

  /**
   * Returns a name that neither a node nor a value has.
   *
   * @param base the name wanted
   * @return the name itself, or with {@code _1}, {@code _2}, … behind it
   */
  public String freeName(String base) {
    String name = base;
    for (int i = 1; view.findValue(name).isPresent() || view.findNode(name).isPresent(); i++) {
      name = base + "_" + i;
    }
    return name;
  }

  /**
   * Returns a live view of the graph as it is now, in the middle of the edit.
   *
   * @return the view
   */
  public GraphView view() {
    return view;
  }

  /**
   * Adds a constant.
   *
   * @param name its name, not taken
   * @param array its array; kept as it is unless it is a view
   * @return the constant
   * @throws IllegalArgumentException if the name is taken or reserved
   */
  public SDVariable constant(String name, INDArray array) {
    requireFree(name);
    return graph.constant(name, array);
  }

  /**
   * Adds a trainable value.
   *
   * @param name its name, not taken
   * @param array its array of a floating point type; kept as it is unless it is a view
   * @return the value
   * @throws IllegalArgumentException if the name is taken or reserved, or the type is no floating
   *     point type
   */
  public SDVariable trainable(String name, INDArray array) {
    requireFree(name);
    if (!array.dataType().isFPType()) {
      throw new IllegalArgumentException(
          "trainable '" + name + "' needs a floating point type: " + array.dataType());
    }
    SDVariable variable = graph.constant(name, array);
    graph.convertToVariables(
        List.of(variable)); // unlike var(), this makes an updater where training has begun
    return variable;
  }

  /**
   * Adds a placeholder.
   *
   * @param name its name, not taken
   * @param type the type of its elements
   * @param shape its shape, -1 where dynamic
   * @return the placeholder
   * @throws IllegalArgumentException if the name is taken or reserved
   */
  public SDVariable placeholder(String name, DataType type, long... shape) {
    requireFree(name);
    return graph.placeHolder(name, type, shape);
  }

  /**
   * Adds a node with a name of its own: node and first output bear it, further outputs are called
   * {@code name:1}, {@code name:2}. Nodes that the function makes on the way keep the names
   * SameDiff gives them.
   *
   * @param name the name, not taken
   * @param build makes the node and returns one of its outputs, as {@code sd -> sd.math().add(a,
   *     b)}
   * @return the first output
   * @throws IllegalArgumentException if the name is taken or reserved, or the function returned
   *     something that it did not make
   */
  public SDVariable op(String name, Function<SameDiff, SDVariable> build) {
    requireFree(name);
    SDVariable made = build.apply(graph);
    String producer = view.value(made.name()).producer().map(Node::name).orElse(null);
    if (producer == null
        || before.ops().containsKey(producer)
        || !named.add(name)
        || named.contains(producer)) {
      throw new IllegalArgumentException(
          "the function for '" + name + "' returned '" + made.name() + "', which it did not make");
    }
    SameDiffOp op = view.node(producer).stored();
    List<String> outputs = List.copyOf(op.getOutputsOfOp());
    for (int i = 0; i < outputs.size(); i++) {
      SDVariable output = view.value(outputs.get(i)).variable();
      graph.updateVariableNameAndReference(op, output, i == 0 ? name : name + ":" + i, true);
    }
    NodeNames.rename(graph, producer, name);
    return view.value(name).variable();
  }

  /**
   * Puts something behind a value: every consumer of {@code value} reads {@code f(value)} from now
   * on, except the nodes that {@code f} makes. If the value was a declared output or a loss, {@code
   * f(value)} takes that place.
   *
   * @param value the value to wrap
   * @param f makes the replacement from the value
   * @return what {@code f} returned
   * @throws IllegalArgumentException if there is no such value
   */
  public SDVariable insertAfter(String value, UnaryOperator<SDVariable> f) {
    requireOpen();
    Value wrapped = view.value(value);
    List<Node> readers = wrapped.consumers();
    SDVariable replacement = f.apply(wrapped.variable());
    readers.forEach(reader -> reroute(reader, wrapped, view.value(replacement.name())));
    moveEnds(wrapped.name(), replacement.name());
    return replacement;
  }

  /**
   * Puts something between one input of a node and the node; other consumers of the value still
   * read the value itself.
   *
   * @param node the node
   * @param input the index of the input
   * @param f makes the replacement from the value read so far
   * @return what {@code f} returned
   * @throws IllegalArgumentException if there is no such node or input
   */
  public SDVariable insertBefore(String node, int input, UnaryOperator<SDVariable> f) {
    requireOpen();
    SDVariable replacement = f.apply(view.node(node).input(input).variable());
    replaceInput(node, input, replacement.name());
    return replacement;
  }

  /**
   * Lets one input of a node read another value.
   *
   * @param node the node
   * @param input the index of the input
   * @param value what it reads from now on
   * @throws IllegalArgumentException if there is no such node, input or value
   */
  public void replaceInput(String node, int input, String value) {
    requireOpen();
    Node reader = view.node(node);
    replace(reader, input, reader.input(input), view.value(value));
  }

  /**
   * Lets every consumer of a value read another one. Declared outputs and losses move too.
   *
   * @param value the value read so far
   * @param with what is read from now on
   * @param except names of nodes that keep reading {@code value}
   * @throws IllegalArgumentException if there is no such value
   */
  public void replaceConsumers(String value, String with, Set<String> except) {
    requireOpen();
    Value from = view.value(value);
    Value to = view.value(with);
    for (Node reader : from.consumers()) {
      if (!except.contains(reader.name())) {
        reroute(reader, from, to);
      }
    }
    moveEnds(from.name(), to.name());
  }

  /**
   * Trains a copy of a constant: adds a trainable value with a copy of its array and lets all
   * consumers read that. The constant stays, untouched and unread.
   *
   * @param constant the constant
   * @param name the name of the copy
   * @return the copy
   * @throws IllegalArgumentException if there is no such constant or the name is taken
   */
  public SDVariable trainableCopy(String constant, String name) {
    requireOpen();
    Value original = view.value(constant);
    if (!original.isConstant()) {
      throw new IllegalArgumentException(
          "'" + constant + "' (" + original.kind() + ") is no constant");
    }
    SDVariable copy = trainable(name, original.array().dup());
    replaceConsumers(constant, name, Set.of());
    return copy;
  }

  /**
   * Removes nodes with their outputs. Nothing else may read these, so reroute the consumers first.
   * Constants and trainable values that nothing but these nodes read stay.
   *
   * @param nodes names of the nodes
   * @throws IllegalArgumentException if there is no such node or one of its outputs is still read
   *     by a node outside, a declared output, or a loss
   */
  public void remove(Collection<String> nodes) {
    requireOpen();
    Set<String> gone = new HashSet<>(nodes);
    for (String name : gone) {
      for (Value output : view.node(name).outputs()) {
        requireUnused(output, gone);
      }
    }
    for (String name : gone) {
      SameDiffOp op = GraphView.op(graph, name);
      graph.getOps().remove(name);
      for (String input :
          new HashSet<>(op.getInputsToOp() == null ? List.of() : op.getInputsToOp())) {
        Variable variable = graph.getVariables().get(input);
        if (variable != null) {
          variable.getInputsForOp().remove(name);
        }
      }
      op.getOutputsOfOp().forEach(graph.getVariables()::remove);
    }
  }

  /**
   * Removes constants, trainable values and placeholders that nothing reads.
   *
   * @param values their names
   * @throws IllegalArgumentException if one does not exist, is read by a node or is computed by one
   */
  public void removeValues(Collection<String> values) {
    requireOpen();
    for (String name : values) {
      Value value = view.value(name);
      if (value.producer().isPresent()) {
        throw new IllegalArgumentException(
            "value '"
                + name
                + "' is computed by node '"
                + value.producer().get()
                + "'; remove the node");
      }
      requireUnused(value, Set.of());
      graph.getVariables().remove(value.name());
      StoredArrays.drop(graph, value.name());
    }
  }

  /**
   * Freezes trainable values: they become constants with the same arrays.
   *
   * @param values their names; constants are left alone
   * @throws IllegalArgumentException if one is no stored value
   */
  public void toConstants(Collection<String> values) {
    requireOpen();
    for (Value value : stored(values)) {
      if (value.isTrainable()) {
        StoredArrays.move(graph, value.name(), VariableType.CONSTANT, value.array());
      }
    }
  }

  /**
   * Thaws constants: they become trainable with the same arrays.
   *
   * @param values their names; trainable values are left alone
   * @throws IllegalArgumentException if one is no stored value of a floating point type
   */
  public void toTrainables(Collection<String> values) {
    requireOpen();
    List<SDVariable> constants = new ArrayList<>();
    for (Value value : stored(values)) {
      if (!value.dataType().isFPType()) {
        throw new IllegalArgumentException(
            "trainable '" + value + "' needs a floating point type: " + value.dataType());
      }
      if (value.isConstant()) {
        constants.add(value.variable());
      }
    }
    graph.convertToVariables(constants);
  }

  /**
   * Sets what training minimises.
   *
   * @param values names of results of a floating point type
   * @throws IllegalArgumentException if one is not
   */
  public void setLosses(String... values) {
    requireOpen();
    for (String name : values) {
      Value value = view.value(name);
      if (value.kind() != Value.Kind.ACTIVATION || !value.dataType().isFPType()) {
        throw new IllegalArgumentException(
            "loss '" + name + "' is no result of a floating point type");
      }
    }
    graph.setLossVariables(values);
  }

  /**
   * Sets the declared outputs.
   *
   * @param values names of values
   * @throws IllegalArgumentException if one does not exist
   */
  public void setOutputs(String... values) {
    requireOpen();
    graph.setOutputs(Arrays.stream(values).map(name -> view.value(name).name()).toList());
  }

  /**
   * Checks the graph and keeps the edit.
   *
   * @return what was done, able to undo it
   * @throws BrokenGraphException if the edit broke the graph; everything is put back then
   */
  public EditLog commit() {
    requireOpen();
    try {
      NodeNames.align(graph, added());
      forgetRuns(graph);
      GraphCheck.check(graph);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    open = false;
    return new EditLog(graph, before, Snapshot.of(graph), moved);
  }

  /** Puts everything back as it was, unless the edit was committed. */
  @Override
  public void close() {
    if (open) {
      open = false;
      before.restore(graph);
    }
  }

  /** Drops what was made from the old wiring. */
  static void forgetRuns(SameDiff graph) {
    graph.setLossVariables(
        graph
            .getLossVariables()
            .toArray(String[]::new)); // the one way to drop the gradient function
    graph.getSessions().clear();
  }

  /** Lets every input of a node that reads one value read another. */
  private void reroute(Node reader, Value from, Value to) {
    List<Value> inputs = reader.inputs();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).equals(from)) {
        replace(reader, i, from, to);
      }
    }
  }

  private void replace(Node reader, int input, Value from, Value to) {
    DataType was = from.dataType();
    DataType is = to.dataType();
    if (was != is && was != DataType.UNKNOWN && is != DataType.UNKNOWN) {
      throw new IllegalArgumentException(
          "node '"
              + reader
              + "' reads "
              + was
              + " at input "
              + input
              + ", but '"
              + to
              + "' is "
              + is
              + "; insert a cast");
    }
    graph.replaceArgFor(input, to.variable(), reader.function());
  }

  /** Moves declared outputs and losses from one value to another. */
  private void moveEnds(String from, String to) {
    List<String> outputs = graph.outputs();
    List<String> losses = graph.getLossVariables();
    TrainingConfig config = graph.getTrainingConfig();
    moved.put(to, from);
    if (outputs != null && outputs.contains(from)) {
      graph.setOutputs(moved(outputs, from, to));
    }
    if (losses.contains(from)) {
      graph.setLossVariables(moved(losses, from, to).toArray(String[]::new));
    }
    if (config != null
        && config.getLossVariables() != null
        && config.getLossVariables().contains(from)) {
      config.setLossVariables(moved(config.getLossVariables(), from, to));
    }
  }

  private static List<String> moved(List<String> names, String from, String to) {
    return names.stream().map(name -> name.equals(from) ? to : name).distinct().toList();
  }

  private List<Value> stored(Collection<String> names) {
    List<Value> values = names.stream().map(view::value).toList();
    for (Value value : values) {
      if (!value.isStored()) {
        throw new IllegalArgumentException(
            "'" + value + "' (" + value.kind() + ") is neither constant nor trainable");
      }
    }
    return values;
  }

  private List<String> added() {
    return graph.getOps().keySet().stream()
        .filter(name -> !before.ops().containsKey(name))
        .toList();
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the edit is over; open another one");
    }
  }

  private void requireFree(String name) {
    requireOpen();
    if (name.isEmpty()
        || name.endsWith(GraphCheck.GRADIENT_SUFFIX)
        || name.equals(GraphCheck.GRADIENT_SEED)) {
      throw new IllegalArgumentException("name '" + name + "' is reserved; choose another name");
    }
    if (INDEXED.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name '" + name + "' ends like a further output of a node; choose another name");
    }
    if (view.findValue(name).isPresent() || view.findNode(name).isPresent()) {
      throw new IllegalArgumentException(
          "'" + name + "' is in the graph already; choose another name");
    }
  }

  private void requireUnused(Value value, Set<String> except) {
    for (Node reader : value.consumers()) {
      if (!except.contains(reader.name())) {
        throw new IllegalArgumentException(
            "'" + value + "' is read by node '" + reader + "'; reroute that first");
      }
    }
    if (graph.getLossVariables().contains(value.name())) {
      throw new IllegalArgumentException("'" + value + "' is a loss; set another one first");
    }
    if (graph.outputs() != null && graph.outputs().contains(value.name())) {
      throw new IllegalArgumentException("'" + value + "' is a declared output; set others first");
    }
  }
}
