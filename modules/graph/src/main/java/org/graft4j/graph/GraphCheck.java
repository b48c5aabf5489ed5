package org.graft4j.graph;

import java.util.List;
import org.nd4j.autodiff.samediff.SameDiff;

/** Small checks that a graph's wiring does not contradict itself. */
public final class GraphCheck {
  private GraphCheck() {}

  /**
   * Checks a graph.
   *
   * @param graph the graph
   * @throws BrokenGraphException if something is wrong, saying where
   */
  public static void check(SameDiff graph) {
    List<String> problems = problems(graph);
    if (!problems.isEmpty()) {
      throw new BrokenGraphException(problems);
    }
  }

  /**
   * Returns everything that is wrong with a graph.
   *
   * @param graph the graph
   * @return one sentence for each problem, none for a sound graph
   */
  public static List<String> problems(SameDiff graph) {
    throw new UnsupportedOperationException();
  }
}
