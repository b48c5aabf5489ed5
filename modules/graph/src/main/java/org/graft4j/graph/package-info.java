/**
 * A {@code SameDiff} seen and changed as a graph of values and nodes.
 *
 * <p>{@link org.graft4j.graph.GraphView} reads, {@link org.graft4j.graph.GraphEditor} writes in
 * transactions that undo themselves, {@link org.graft4j.graph.GraphCheck} says what is wrong with a
 * graph and {@link org.graft4j.graph.GraphPrinter} shows it. {@link org.graft4j.graph.Markers}
 * names the constants that carry a meaning through a stock save and load, {@link
 * org.graft4j.graph.SameDiffFile} reads and writes graphs as files.
 */
@NullMarked
package org.graft4j.graph;

import org.jspecify.annotations.NullMarked;
