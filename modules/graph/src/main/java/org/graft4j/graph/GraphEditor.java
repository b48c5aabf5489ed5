package org.graft4j.graph;

import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One transaction on the wiring of a graph. {@link #commit()} checks the result and keeps it; {@link #close()} without it
 * puts everything back as it was.
 *
 * <pre>{@code
 * try (GraphEditor editor = GraphEditor.open(graph)) {
 *   editor.insertAfter("query", y -> editor.op("query.double", sd -> y.mul(2)));
 *   EditLog log = editor.commit();
 * }
 * }</pre>
 */
public final class GraphEditor implements AutoCloseable {

  /**
   * Opens a transaction. The gradient function and the sessions of the graph are dropped, since they would show the
   * old graph.
   *
   * @param graph the graph to edit
   * @return the editor
   * @throws BrokenGraphException if the graph is broken before the edit
   */
  public static GraphEditor open(SameDiff graph) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns a live view of the graph as it is now, in the middle of the edit.
   *
   * @return the view
   */
  public GraphView view() {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds a constant.
   *
   * @param name its name, not taken
   * @param array its array, kept as it is
   * @return the constant
   * @throws IllegalArgumentException if the name is taken or reserved
   */
  public SDVariable constant(String name, INDArray array) {
    throw new UnsupportedOperationException();
  }

  /**
   * Adds a trainable value.
   *
   * @param name its name, not taken
   * @param array its array of a floating point type, kept as it is
   * @return the value
   * @throws IllegalArgumentException if the name is taken or reserved, or the type is no floating point type
   */
  public SDVariable trainable(String name, INDArray array) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * Adds a node with a name of its own: node and first output bear it, further outputs are called {@code name:1},
   * {@code name:2}. Nodes that the function makes on the way keep the names SameDiff gives them.
   *
   * @param name the name, not taken
   * @param build makes the node and returns one of its outputs, as {@code sd -> sd.math().add(a, b)}
   * @return the first output
   * @throws IllegalArgumentException if the name is taken or reserved, or the function returned something that it did
   * not make
   */
  public SDVariable op(String name, Function<SameDiff, SDVariable> build) {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts something behind a value: every consumer of {@code value} reads {@code f(value)} from now on, except the
   * nodes that {@code f} makes. If the value was a declared output or a loss, {@code f(value)} takes that place.
   *
   * @param value the value to wrap
   * @param f makes the replacement from the value
   * @return what {@code f} returned
   * @throws IllegalArgumentException if there is no such value
   */
  public SDVariable insertAfter(String value, UnaryOperator<SDVariable> f) {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts something between one input of a node and the node; other consumers of the value still read the value
   * itself.
   *
   * @param node the node
   * @param input the index of the input
   * @param f makes the replacement from the value read so far
   * @return what {@code f} returned
   * @throws IllegalArgumentException if there is no such node or input
   */
  public SDVariable insertBefore(String node, int input, UnaryOperator<SDVariable> f) {
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
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
    throw new UnsupportedOperationException();
  }

  /**
   * Trains a copy of a constant: adds a trainable value with a copy of its array and lets all consumers read that.
   * The constant stays, untouched and unread.
   *
   * @param constant the constant
   * @param name the name of the copy
   * @return the copy
   * @throws IllegalArgumentException if there is no such constant or the name is taken
   */
  public SDVariable trainableCopy(String constant, String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Removes nodes with their outputs. Nothing else may read these, so reroute the consumers first. Constants and
   * trainable values that nothing but these nodes read stay.
   *
   * @param nodes names of the nodes
   * @throws IllegalArgumentException if there is no such node or one of its outputs is still read by a node outside,
   * a declared output, or a loss
   */
  public void remove(Collection<String> nodes) {
    throw new UnsupportedOperationException();
  }

  /**
   * Removes constants, trainable values and placeholders that nothing reads.
   *
   * @param values their names
   * @throws IllegalArgumentException if one does not exist, is read by a node or is computed by one
   */
  public void removeValues(Collection<String> values) {
    throw new UnsupportedOperationException();
  }

  /**
   * Freezes trainable values: they become constants with the same arrays.
   *
   * @param values their names; constants are left alone
   * @throws IllegalArgumentException if one is no stored value
   */
  public void toConstants(Collection<String> values) {
    throw new UnsupportedOperationException();
  }

  /**
   * Thaws constants: they become trainable with the same arrays.
   *
   * @param values their names; trainable values are left alone
   * @throws IllegalArgumentException if one is no stored value of a floating point type
   */
  public void toTrainables(Collection<String> values) {
    throw new UnsupportedOperationException();
  }

  /**
   * Sets what training minimises.
   *
   * @param values names of results of a floating point type
   * @throws IllegalArgumentException if one is not
   */
  public void setLosses(String... values) {
    throw new UnsupportedOperationException();
  }

  /**
   * Sets the declared outputs.
   *
   * @param values names of values
   * @throws IllegalArgumentException if one does not exist
   */
  public void setOutputs(String... values) {
    throw new UnsupportedOperationException();
  }

  /**
   * Checks the graph and keeps the edit.
   *
   * @return what was done, able to undo it
   * @throws BrokenGraphException if the edit broke the graph; everything is put back then
   */
  public EditLog commit() {
    throw new UnsupportedOperationException();
  }

  /** Puts everything back as it was, unless the edit was committed. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
