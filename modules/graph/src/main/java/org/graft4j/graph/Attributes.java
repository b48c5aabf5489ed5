package org.graft4j.graph;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The settings of an operation, read from wherever SameDiff keeps them for its type: fields, integer and real arguments,
 * flags, or constant inputs.
 *
 * <p>An accessor that does not apply to the node's operation throws an {@link IllegalArgumentException} that names the node;
 * the {@code find…} forms return nothing where the setting is computed by the graph.
 */
public final class Attributes {
  private final Node node;

  private Attributes(Node node) {
    this.node = node;
  }

  static Attributes of(Node node) {
    return new Attributes(node);
  }

  /**
   * Returns whether a matrix multiplication transposes the last two axes of its first operand.
   *
   * @return whether it does
   */
  public boolean transposeA() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns whether a matrix multiplication transposes the last two axes of its second operand.
   *
   * @return whether it does
   */
  public boolean transposeB() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns whether a matrix multiplication transposes its result.
   *
   * @return whether it does
   */
  public boolean transposeResult() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns the axes along which the operation works: those of a reduction (empty: all), the order of a permutation, the
   * axes of squeeze and expand_dims. Negative axes count from the end, as written.
   *
   * @return the axes
   */
  public int[] dimensions() {
    return findDimensions().orElseThrow(() -> new IllegalArgumentException(node.name()));
  }

  /**
   * Returns what {@link #dimensions()} does, or nothing if the graph computes it at run time.
   *
   * @return the axes
   */
  public Optional<int[]> findDimensions() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns the one axis of softmax, concat, gather, stack, split, and the like. Negative counts from the end, as written.
   *
   * @return the axis
   */
  public int axis() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns what {@link #axis()} does, or nothing if there is none or the graph computes it at run time.
   *
   * @return the axis
   */
  public OptionalInt findAxis() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns whether a reduction keeps the reduced axes with length 1.
   *
   * @return whether it does
   */
  public boolean keepDims() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns the number inside an operation with a scalar, such as 2.0 of {@code mul_scalar}.
   *
   * @return the number, or nothing if the operation has none
   */
  public OptionalDouble scalar() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns the target shape of reshape, tile (its repetitions), broadcast_to, create and fill where it is fixed.
   *
   * @return the shape with -1 as written, or nothing if the graph computes it at run time
   */
  public Optional<long[]> findShape() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns the type that a cast converts to.
   *
   * @return the type
   */
  public DataType castType() {
    throw new UnsupportedOperationException(node.name());
  }

  /**
   * Returns an integer argument.
   *
   * @param i its index
   * @return the argument
   */
  public long integer(int i) {
    throw new UnsupportedOperationException(node.name() + i);
  }
}
