package org.graft4j.graph;

import java.util.List;

/** What a committed edit did; able to take it back. */
public final class EditLog {
  EditLog() {}

  /**
   * Returns the nodes that the edit added.
   *
   * @return their names, in the order of creation
   */
  public List<String> addedNodes() {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns the values that the edit added.
   *
   * @return their names, sorted
   */
  public List<String> addedValues() {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts the graph back as it was before the edit: the same wiring in the same order. Arrays of what stays are left alone.
   *
   * @throws IllegalStateException if the edit was undone already, or a later edit is in the way
   */
  public void undo() {
    throw new UnsupportedOperationException();
  }
}
