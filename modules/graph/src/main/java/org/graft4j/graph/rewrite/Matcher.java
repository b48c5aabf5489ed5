/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph.rewrite;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.jspecify.annotations.Nullable;

/** Matches patterns with backtracking; of all failures the one that came furthest is kept. */
final class Matcher {
  /*
   * Written with continuations: each alternative is followed to the very end of the pattern before it is given up, so that
   * the order of commuting operands is found even where only a later part of the pattern decides it.
   */
  private @Nullable Refusal best;

  /** What matched so far. */
  record State(List<Node> nodes, Map<Capture<?>, Object> captures) {
    State with(Node node) {
      if (nodes.contains(node)) {
        return this;
      }
      List<Node> more = new ArrayList<>(nodes);
      more.add(node);
      return new State(more, captures);
    }

    State with(@Nullable Capture<?> capture, Object captured) {
      if (capture == null) {
        return this;
      }
      Map<Capture<?>, Object> more = new HashMap<>(captures);
      more.put(capture, captured);
      return new State(nodes, more);
    }
  }

  private Matcher() {}

  static Outcome match(Pattern pattern, Value value) {
    Matcher matcher = new Matcher();
    List<State> found = new ArrayList<>(1);
    Node reader = value.producer().orElse(null);
    boolean matched =
        matcher.match(pattern, value, reader, new State(List.of(), Map.of()), found::add);
    if (matched) {
      return new Match(value, found.get(0));
    }
    if (matcher.best == null) {
      throw new IllegalArgumentException(
          "'" + value + "' is computed by no node; match the result of one");
    }
    return matcher.best;
  }

  /** Matches one value, then the rest. */
  private boolean match(
      Pattern pattern, Value value, @Nullable Node reader, State state, Predicate<State> rest) {
    if (pattern instanceof Pattern.Op op) {
      return match(op, value, reader, state, rest);
    }
    if (pattern instanceof Pattern.Any any) {
      return match(any, value, reader, state, rest);
    }
    if (pattern instanceof Pattern.Same same) {
      Object captured = state.captures().get(same.capture());
      if (captured == null) {
        throw new IllegalArgumentException(
            "nothing captured as '" + same.capture() + "' when it is asked for");
      }
      return captured.equals(value)
          ? rest.test(state)
          : refuse("'" + value + "' is not the same as '" + captured + "'", reader, state);
    }
    for (Pattern each : ((Pattern.Either) pattern).patterns()) {
      if (match(each, value, reader, state, rest)) {
        return true;
      }
    }
    return false;
  }

  private boolean match(
      Pattern.Op op, Value value, @Nullable Node reader, State state, Predicate<State> rest) {
    Node node = value.producer().orElse(null);
    if (node == null) {
      return refuse(
          "'" + value + "' is computed by no node, " + names(op) + " expected", reader, state);
    }
    if (!op.ops().contains(node.op())) {
      return refuse("is " + node.op() + ", " + names(op) + " expected", node, state);
    }
    if (op.once() && !isReadOnce(value)) {
      return refuse("'" + value + "' is needed elsewhere, too", node, state);
    }
    for (Pattern.Condition<Node> condition : op.conditions()) {
      if (!condition.holds().test(node)) {
        return refuse(condition.otherwise(), node, state);
      }
    }
    State next = state.with(node).with(op.capture(), node);
    List<Pattern> patterns = op.inputs();
    if (patterns == null) {
      return rest.test(next);
    }
    List<Value> inputs = node.inputs();
    if (inputs.size() != patterns.size()) {
      return refuse(
          "has " + inputs.size() + " inputs, " + patterns.size() + " expected", node, next);
    }
    if (matchAll(patterns, inputs, 0, node, next, rest)) {
      return true;
    }
    return op.commutes()
        && matchAll(patterns, List.of(inputs.get(1), inputs.get(0)), 0, node, next, rest);
  }

  private boolean matchAll(
      List<Pattern> patterns,
      List<Value> inputs,
      int from,
      Node reader,
      State state,
      Predicate<State> rest) {
    if (from == patterns.size()) {
      return rest.test(state);
    }
    return match(
        patterns.get(from),
        inputs.get(from),
        reader,
        state,
        next -> matchAll(patterns, inputs, from + 1, reader, next, rest));
  }

  private boolean match(
      Pattern.Any any, Value value, @Nullable Node reader, State state, Predicate<State> rest) {
    for (Pattern.Condition<Value> condition : any.conditions()) {
      if (!condition.holds().test(value)) {
        return refuse("'" + value + "' " + condition.otherwise(), reader, state);
      }
    }
    return rest.test(state.with(any.capture(), value));
  }

  private boolean refuse(String reason, @Nullable Node node, State state) {
    if (node != null && (best == null || state.nodes().size() > best.matched().size())) {
      List<Node> matched = new ArrayList<>(state.nodes());
      Collections.reverse(matched);
      best = new Refusal(reason, node, matched);
    }
    return false;
  }

  private static boolean isReadOnce(Value value) {
    List<String> outputs = value.view().graph().outputs();
    if ((outputs != null && outputs.contains(value.name()))
        || value.view().losses().contains(value)) {
      return false;
    }
    int reads = 0;
    for (Node reader : value.consumers()) {
      reads += (int) reader.inputs().stream().filter(value::equals).count();
    }
    return reads == 1;
  }

  private static String names(Pattern.Op op) {
    return String.join(" or ", op.ops());
  }
}
