/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/**
 * A shape to look for above a value: the operation that makes it, the shapes of that operation's
 * inputs, and so on.
 *
 * <pre>{@code
 * Capture<Value> x = Capture.of("x");
 * Pattern silu = Pattern.op("multiply").with(Pattern.any().as(x), Pattern.op("sigmoid").with(Pattern.same(x))).commuting();
 * }</pre>
 *
 * Patterns are immutable; each method returns a further one.
 */
public sealed interface Pattern {
  /**
   * Matches a value that a node of one of these types makes.
   *
   * @param ops names of operations, at least one
   * @return the pattern, with any inputs
   */
  static Op op(String... ops) {
    return new Op(List.of(ops), null, false, false, List.of(), null);
  }

  /**
   * Matches any value.
   *
   * @return the pattern
   */
  static Any any() {
    return new Any(List.of(), null);
  }

  /**
   * Matches a constant.
   *
   * @return the pattern
   */
  static Any constant() {
    return any().where("is no constant", Value::isConstant);
  }

  /**
   * Matches a constant of one element with this number, within float rounding.
   *
   * @param number the number
   * @return the pattern
   */
  static Any scalar(double number) {
    double tolerance = 1e-6 * Math.max(1e-30, Math.abs(number));
    return any()
        .where(
            "is no constant " + number,
            value ->
                value.scalar().isPresent()
                    && Math.abs(value.scalar().getAsDouble() - number) <= tolerance);
  }

  /**
   * Matches the very value that was captured before, in the order in which inputs are written.
   *
   * @param capture where the value was put
   * @return the pattern
   */
  static Same same(Capture<Value> capture) {
    return new Same(capture);
  }

  /**
   * Matches what the first of these patterns matches that matches at all.
   *
   * @param patterns the patterns, at least one
   * @return the pattern
   */
  static Either either(Pattern... patterns) {
    return new Either(List.of(patterns));
  }

  /**
   * Matches the graph above a value.
   *
   * @param value the value
   * @return a match, or the refusal that came furthest
   */
  default Outcome match(Value value) {
    return Matcher.match(this, value);
  }

  /**
   * A condition with the words for its failure.
   *
   * @param <T> what is asked
   * @param otherwise what is wrong when the condition does not hold, as in "is no constant"
   * @param holds the condition
   */
  record Condition<T>(String otherwise, Predicate<T> holds) {}

  /**
   * A value that a node makes.
   *
   * @param ops the node's type is one of these
   * @param inputs shapes of all its inputs, null for any
   * @param commutes whether two inputs may come in either order
   * @param once whether nothing else may read the value
   * @param conditions what must hold for the node
   * @param capture where to put the node, or null
   */
  record Op(
      List<String> ops,
      @Nullable List<Pattern> inputs,
      boolean commutes,
      boolean once,
      List<Condition<Node>> conditions,
      @Nullable Capture<Node> capture)
      implements Pattern {
    /**
     * Checks the inputs.
     *
     * @param ops the types
     * @param inputs shapes of the inputs, null for any
     * @param commutes whether two inputs may come in either order
     * @param once whether nothing else may read the value
     * @param conditions what must hold
     * @param capture where to put the node, or null
     */
    public Op {
      if (ops.isEmpty()) {
        throw new IllegalArgumentException("a pattern for a node needs an operation");
      }
      if (commutes && (inputs == null || inputs.size() != 2)) {
        throw new IllegalArgumentException("only two inputs commute: " + ops);
      }
    }

    /**
     * Returns a pattern that also matches the inputs, all of them.
     *
     * @param inputs their shapes
     * @return the pattern
     */
    public Op with(Pattern... inputs) {
      return new Op(ops, List.of(inputs), commutes, once, conditions, capture);
    }

    /**
     * Returns a pattern that takes its two inputs in either order.
     *
     * @return the pattern
     */
    public Op commuting() {
      return new Op(ops, inputs, true, once, conditions, capture);
    }

    /**
     * Returns a pattern that does not match where the value is read more than once, is a loss or a
     * declared output.
     *
     * @return the pattern
     */
    public Op readOnce() {
      return new Op(ops, inputs, commutes, true, conditions, capture);
    }

    /**
     * Returns a pattern with a further condition.
     *
     * @param otherwise what is wrong when it does not hold, as in "transposes its result"
     * @param holds the condition
     * @return the pattern
     */
    public Op where(String otherwise, Predicate<Node> holds) {
      return new Op(
          ops,
          inputs,
          commutes,
          once,
          plus(conditions, new Condition<>(otherwise, holds)),
          capture);
    }

    /**
     * Returns a pattern that captures the node.
     *
     * @param capture where to put it
     * @return the pattern
     */
    public Op as(Capture<Node> capture) {
      return new Op(ops, inputs, commutes, once, conditions, capture);
    }
  }

  /**
   * Any value that meets conditions.
   *
   * @param conditions what must hold
   * @param capture where to put the value, or null
   */
  record Any(List<Condition<Value>> conditions, @Nullable Capture<Value> capture)
      implements Pattern {
    /**
     * Returns a pattern with a further condition.
     *
     * @param otherwise what is wrong when it does not hold, as in "is no constant"
     * @param holds the condition
     * @return the pattern
     */
    public Any where(String otherwise, Predicate<Value> holds) {
      return new Any(plus(conditions, new Condition<>(otherwise, holds)), capture);
    }

    /**
     * Returns a pattern that captures the value.
     *
     * @param capture where to put it
     * @return the pattern
     */
    public Any as(Capture<Value> capture) {
      return new Any(conditions, capture);
    }
  }

  /**
   * The value that was captured before.
   *
   * @param capture where
   */
  record Same(Capture<Value> capture) implements Pattern {}

  /**
   * One of several shapes.
   *
   * @param patterns the shapes, tried in order
   */
  record Either(List<Pattern> patterns) implements Pattern {}

  private static <T> List<Condition<T>> plus(
      List<Condition<T>> conditions, Condition<T> condition) {
    List<Condition<T>> all = new ArrayList<>(conditions);
    all.add(condition);
    return List.copyOf(all);
  }
}
