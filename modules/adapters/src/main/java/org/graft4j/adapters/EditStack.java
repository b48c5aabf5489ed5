/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.graft4j.graph.EditLog;
import org.graft4j.graph.GraphEditor;
import org.nd4j.autodiff.samediff.SameDiff;

/** The edits that lie on a graph, and how each is made again. */
final class EditStack {

  private record Edit(Consumer<GraphEditor> draw, EditLog log) {}

  private final SameDiff graph;
  private final Deque<Edit> edits = new ArrayDeque<>();

  EditStack(SameDiff graph) {
    this.graph = graph;
  }

  /** Makes an edit on top of the others, or none if it fails. */
  void push(Consumer<GraphEditor> draw) {
    try (GraphEditor editor = GraphEditor.open(graph)) {
      draw.accept(editor);
      edits.push(new Edit(draw, editor.commit()));
    }
  }

  /** Takes all edits off the graph, the last one first, or none if something was built on one. */
  void unwind() {
    Deque<Edit> undone = new ArrayDeque<>();
    try {
      while (!edits.isEmpty()) {
        edits.element().log().undo();
        undone.push(edits.pop());
      }
    } catch (RuntimeException e) {
      undone.forEach(edit -> push(edit.draw()));
      throw e;
    }
  }

  /** Takes all edits off a copy of the graph. */
  void unwind(SameDiff copy) {
    edits.forEach(edit -> edit.log().undo(copy)); // from the last to the first
  }
}
