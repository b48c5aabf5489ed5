/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import static com.google.common.collect.ImmutableMap.toImmutableMap;
import static org.graft4j.adapters.Targets.requireArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.graft4j.graph.GraphCopy;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Markers;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Roles;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph with named adapters on it.
 *
 * <p>The weights of the base are constants as long as an adapter is attached, and are never
 * written: a merge puts new weights in their place, and taking it back puts the old ones there
 * again.
 *
 * <p>Attaching, detaching, merging, and switching adapters that train copies of the base's arrays
 * change the graph: a graph that was compiled before goes on computing what it did. Other switching
 * and scaling writes into the adapters' gates, which compiled graphs read at each run.
 *
 * <p>The rows of one batch can use different adapters, a mixture, or none: {@link #rowGate(String)}
 * names an array {@code [batch]} that a run of a compiled graph is given beside the placeholders.
 * Which row uses what may differ from run to run, and from thread to thread, on the same plan.
 *
 * <pre>{@code
 * adapted.setActive("spam", "topic");
 * try (CompiledGraph compiled = Engine.create().compile(adapted.graph(), List.of("logits"))) {
 *   Map<String, INDArray> arrays = new HashMap<>(batch); // of four rows
 *   arrays.put(adapted.rowGate("spam"), Nd4j.createFromArray(1f, 0f, 0f, 0.5f));
 *   arrays.put(adapted.rowGate("topic"), Nd4j.createFromArray(0f, 1f, 0f, 0.5f));
 *   INDArray logits = compiled.run(arrays).get("logits");
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class AdaptedGraph {

  // Long by its documentation: it is the whole life of adapters, and hands the work on.
  //
  // The graph is the base plus a stack of edits: one that freezes the base, one for each adapter,
  // one for each module that was added since. What cannot be put on top (a detached, merged or
  // unmerged adapter) is done by taking the whole stack off, last edit first, and drawing it again
  // from the adapters and their arrays. So the base comes back exactly, and there is one way only
  // to draw an adapter.

  private final SameDiff graph;
  private final Map<String, String> paths;
  private final Map<String, Adapter> adapters = new LinkedHashMap<>();
  private final EditStack edits;
  private final Set<String> sums = new HashSet<>();
  private @Nullable Roles baseRoles;
  private long baseNumbers;

  private AdaptedGraph(SameDiff graph, Map<String, String> paths) {
    this.graph = graph;
    edits = new EditStack(graph);
    this.paths = ImmutableMap.copyOf(paths);
  }

  /**
   * Wraps a graph that carries no adapter yet.
   *
   * @param graph the graph; nothing is changed before the first adapter is attached
   * @return the graph without adapters
   * @throws IllegalArgumentException if the graph carries adapters already
   */
  public static AdaptedGraph of(SameDiff graph) {
    return of(graph, Map.of());
  }

  /**
   * Wraps a graph that carries no adapter yet and corrects its module paths.
   *
   * @param graph the graph; nothing is changed before the first adapter is attached
   * @param paths from the path, weight or op as found to the path that is meant
   * @return the graph without adapters
   * @throws IllegalArgumentException if the graph carries adapters already
   */
  public static AdaptedGraph of(SameDiff graph, Map<String, String> paths) {
    for (Value constant : GraphView.of(graph).constants()) {
      requireArgument(
          !Markers.isGate(constant),
          "this graph carries an adapter already (gate '%s'); attach to the AdaptedGraph it belongs"
              + " to, or to the graph without adapters",
          constant.name());
    }
    return new AdaptedGraph(graph, paths);
  }

  /**
   * Returns the graph itself.
   *
   * @return the graph with the adapters' ops in it
   */
  public SameDiff graph() {
    return graph;
  }

  /**
   * Returns the names of the adapters.
   *
   * @return the names in the order of attachment
   */
  public List<String> adapterNames() {
    return ImmutableList.copyOf(adapters.keySet());
  }

  /**
   * Returns an adapter.
   *
   * @param name its name
   * @return the adapter
   * @throws IllegalArgumentException if there is no such adapter
   */
  public Adapter adapter(String name) {
    Adapter adapter = adapters.get(name);
    if (adapter == null) {
      throw new IllegalArgumentException(
          "there is no adapter '" + name + "'; attached are: " + adapters.keySet());
    }
    return adapter;
  }

  /**
   * Finds what a configuration would adapt, without changing the graph.
   *
   * @param config the method and its numbers
   * @return the layers that match and those that nearly do
   */
  public AdapterPlan plan(AdapterConfig config) {
    return new Selection(GraphView.of(graph), roles(), config).plan();
  }

  /**
   * Grafts an adapter. The first one is active at once; a further one, as in PEFT, is inactive
   * until {@link #enable(String)} or {@link #setActive(String...)} names it.
   *
   * @param name the adapter's name: letters, digits, {@code _} and {@code -}
   * @param config the method and its numbers
   * @return this
   * @throws IllegalArgumentException if the name is taken, no layer matches, or an entry of the
   *     targets or of the modules to save matches nothing; the graph is then unchanged
   */
  public AdaptedGraph attach(String name, AdapterConfig config) {
    requireArgument(
        name.matches("[A-Za-z0-9_-]+"),
        "an adapter's name has letters, digits, '_' and '-' only: '%s'",
        name);
    requireArgument(
        !adapters.containsKey(name),
        "there is an adapter '%s' already; detach it or choose another name",
        name);
    boolean first = adapters.isEmpty();
    Roles base = roles();
    Selection selection = new Selection(GraphView.of(graph), base, config);
    Adapter adapter = new Adapter(name, config, selection.sites());
    adapter.state(adapter.state().withActive(first));
    try {
      if (first) {
        baseRoles = base;
        baseNumbers = BaseNumbers.count(GraphView.of(graph), base);
        edits.push(AdaptedGraph::freeze);
      }
      edits.push(editor -> draw(editor, adapter));
    } catch (RuntimeException e) {
      if (first) {
        edits.unwind();
        baseRoles = null;
      }
      throw e;
    }
    adapters.put(name, adapter);
    return this;
  }

  /**
   * Takes an adapter off. The others keep their arrays and their state. When the last one goes, the
   * graph is what it was before the first came.
   *
   * @param name its name
   * @return this
   * @throws IllegalArgumentException if there is no such adapter or it is merged
   * @throws IllegalStateException if something else was built on what the adapter made
   */
  public AdaptedGraph detach(String name) {
    Adapter gone = adapter(name);
    requireUnmerged(gone);
    List<Adapter> rest = new ArrayList<>(adapters.values());
    rest.remove(gone);
    redraw(rest, Adapter::state);
    if (adapters.isEmpty()) {
      baseRoles = null;
    }
    return this;
  }

  /**
   * Adds ops and trained variables that belong to an adapter, such as a task head. They are saved
   * with it and go when it is detached.
   *
   * @param adapter the name of the adapter
   * @param module the module path, such as {@code classifier}
   * @param draw draws the module; it is called again whenever the graph is rebuilt
   * @return this
   * @throws IllegalArgumentException if there is no such adapter, it is merged, or it has such a
   *     module
   */
  public AdaptedGraph addModule(String adapter, String module, AdaptedModule draw) {
    Adapter to = adapter(adapter);
    requireUnmerged(to);
    requireArgument(
        !to.modules().contains(module), "adapter '%s' has a module '%s' already", adapter, module);
    edits.push(editor -> draw.draw(graft(editor, to)));
    to.added().put(module, draw);
    return this;
  }

  /**
   * Returns the adapters that contribute to the outputs.
   *
   * @return their names in the order of attachment
   */
  public Set<String> active() {
    return adapters.values().stream()
        .filter(Adapter::active)
        .map(Adapter::name)
        .collect(ImmutableSet.toImmutableSet());
  }

  /**
   * Makes exactly these adapters active.
   *
   * @param names the names; none for the bare base
   * @return this
   * @throws IllegalArgumentException if a name is unknown, an adapter that changes is merged, or
   *     two of them train copies of the same array
   */
  public AdaptedGraph setActive(String... names) {
    Set<String> wanted = ImmutableSet.copyOf(names);
    wanted.forEach(this::adapter);
    change(a -> a.state().withActive(wanted.contains(a.name())));
    return this;
  }

  /**
   * Makes an adapter contribute to the outputs, with the scale it had.
   *
   * @param name its name
   * @return this
   * @throws IllegalArgumentException as {@link #setActive(String...)}
   */
  public AdaptedGraph enable(String name) {
    Adapter adapter = adapter(name);
    change(a -> a == adapter ? a.state().withActive(true) : a.state());
    return this;
  }

  /**
   * Stops an adapter from contributing to the outputs.
   *
   * @param name its name
   * @return this
   * @throws IllegalArgumentException if there is no such adapter or it is merged
   */
  public AdaptedGraph disable(String name) {
    Adapter adapter = adapter(name);
    change(a -> a == adapter ? a.state().withActive(false) : a.state());
    return this;
  }

  /**
   * Multiplies what an adapter contributes; trained copies are not scaled.
   *
   * @param name its name
   * @param factor the factor on the adapter's own scale; 1 as trained
   * @return this
   * @throws IllegalArgumentException if there is no such adapter, it is merged, or the factor is
   *     not finite
   */
  public AdaptedGraph scale(String name, double factor) {
    requireArgument(Double.isFinite(factor), "the scale must be finite: %s", factor);
    Adapter adapter = adapter(name);
    change(a -> a == adapter ? a.state().withFactor(factor) : a.state());
    return this;
  }

  /**
   * Returns the name under which a run of a compiled graph may be given factors for each row on
   * what an adapter contributes: floating-point numbers {@code [batch]}, 1 for as trained, 0 for
   * not at all. They multiply the adapter's scale, so it has to be active; trained copies that
   * other active adapters brought along count in all rows. The graph must keep the batch on the
   * first axis, alone or flattened with the tokens of each row.
   *
   * @param name the adapter's name
   * @return the name to give the factors by, also in graphs that were compiled before
   * @throws IllegalArgumentException if there is no such adapter, it is merged, has no gate, trains
   *     copies of the base's arrays, or the graph has a value of that name
   */
  public String rowGate(String name) {
    Adapter adapter = adapter(name);
    requireUnmerged(adapter);
    requireArgument(
        adapter.copies().isEmpty(),
        "adapter '%s' trains copies of the base's arrays, which all rows share: %s; attach it"
            + " without trained biases and modules to save",
        name,
        adapter.copies().keySet());
    requireArgument(
        !adapter.gates().isEmpty(), "adapter '%s' has no gate, so all rows share it", name);
    String rows = Markers.rowGate(name);
    requireArgument(
        !graph.hasVariable(rows),
        "the graph has a value '%s', so adapter '%s' can have no row gate; rename one of them",
        rows,
        name);
    return rows;
  }

  /**
   * Folds active adapters into the weights of this graph; their ops leave it until {@link
   * #unmerge()}. Modules that were added stay.
   *
   * @param names the adapters; none for all that are active
   * @return this
   * @throws IllegalArgumentException if a name is unknown, inactive or merged already, or a merged
   *     weight would hold NaN or infinity; the graph is then unchanged
   */
  public AdaptedGraph merge(String... names) {
    for (String name : names) {
      Adapter adapter = adapter(name);
      requireUnmerged(adapter);
      requireArgument(adapter.active(), "adapter '%s' is not active; enable it first", name);
    }
    Set<String> wanted = names.length == 0 ? active() : ImmutableSet.copyOf(names);
    change(a -> wanted.contains(a.name()) ? a.state().withMerged(true) : a.state());
    return this;
  }

  /**
   * Takes all merges back; the base is what it was, bit for bit.
   *
   * @return this
   */
  public AdaptedGraph unmerge() {
    change(a -> a.state().withMerged(false));
    return this;
  }

  /**
   * Returns a new stock graph that computes what this one does, with the active adapters folded
   * into the weights and no adapter in it. Arrays that no adapter touches are shared, not copied;
   * modules that active adapters brought along stay.
   *
   * @return the graph; it needs nothing of Graft4J
   * @throws IllegalArgumentException if a merged weight would hold NaN or infinity
   */
  public SameDiff merged() {
    SameDiff copy = GraphCopy.sharing(graph);
    edits.unwind(copy);
    AdaptedGraph other = new AdaptedGraph(copy, paths);
    other.baseRoles = baseRoles;
    for (Adapter adapter : adapters.values()) {
      if (adapter.active()) {
        Adapter twin = adapter.mergedTwin();
        other.edits.push(
            editor -> {
              Graft graft = other.graft(editor, twin);
              Folding.intoCopy(copy, graft, twin);
              twin.added().values().forEach(module -> module.draw(graft));
            });
      }
    }
    return copy;
  }

  /**
   * Returns the parameters of the active adapters: what training may change.
   *
   * @return the parameters in a stable order; none of an adapter that is merged
   */
  public List<Parameter> trainable() {
    return adapters.values().stream()
        .filter(a -> a.active() && !a.merged())
        .flatMap(a -> a.parameters().stream())
        .toList();
  }

  /**
   * Counts the numbers that are trained and those there are.
   *
   * @return the counts
   */
  public ParameterSummary summary() {
    long base = adapters.isEmpty() ? BaseNumbers.count(GraphView.of(graph), roles()) : baseNumbers;
    long all = adapters.values().stream().mapToLong(a -> numbers(a.parameters())).sum();
    return new ParameterSummary(numbers(trainable()), base + all);
  }

  private static long numbers(Collection<Parameter> parameters) {
    return parameters.stream().mapToLong(p -> p.array().length()).sum();
  }

  /** Returns the roles of the base: found once for as long as an adapter is attached. */
  private Roles roles() {
    return baseRoles == null ? Roles.of(GraphView.of(graph), paths) : baseRoles;
  }

  private static void requireUnmerged(Adapter adapter) {
    requireArgument(!adapter.merged(), "adapter '%s' is merged; unmerge first", adapter.name());
  }

  /**
   * Gives the adapters new states and makes the graph follow, by their gates alone where possible.
   */
  private void change(Function<Adapter, Adapter.State> next) {
    boolean structural = false;
    for (Adapter adapter : adapters.values()) {
      Adapter.State to = next.apply(adapter);
      boolean switched = to.active() != adapter.active() || to.factor() != adapter.scale();
      if (switched && to.merged()) {
        requireUnmerged(adapter);
      }
      structural |= to.merged() != adapter.merged();
      structural |= to.active() != adapter.active() && !adapter.copies().isEmpty();
    }
    if (structural) {
      redraw(adapters.values(), next);
      return;
    }
    for (Adapter adapter : adapters.values()) {
      adapter.state(next.apply(adapter));
      if (!adapter.merged()) {
        for (String path : adapter.gates()) {
          INDArray gate = graph.getArrForVarName(Graft.gateName(adapter, path));
          gate.assign(adapter.gateValue(path));
        }
      }
    }
  }

  /** Rebuilds the graph with some of the adapters in new states, or leaves it as it is. */
  private void redraw(Collection<Adapter> wanted, Function<Adapter, Adapter.State> next) {
    adapters.values().forEach(a -> a.capture(graph));
    Map<Adapter, Adapter.State> before = new LinkedHashMap<>();
    adapters.values().forEach(a -> before.put(a, a.state()));
    edits.unwind();
    try {
      drawAll(wanted.stream().collect(toImmutableMap(a -> a, next)));
    } catch (RuntimeException e) {
      edits.unwind();
      drawAll(before);
      throw e;
    }
  }

  private void drawAll(Map<Adapter, Adapter.State> wanted) {
    adapters.clear();
    wanted.forEach(
        (adapter, state) -> {
          adapter.state(state);
          adapters.put(adapter.name(), adapter);
        });
    if (!wanted.isEmpty()) {
      edits.push(AdaptedGraph::freeze);
      for (Adapter adapter : wanted.keySet()) {
        edits.push(editor -> draw(editor, adapter));
        for (AdaptedModule module : adapter.added().values()) {
          edits.push(editor -> module.draw(graft(editor, adapter)));
        }
      }
    }
  }

  private static void freeze(GraphEditor editor) {
    editor.toConstants(editor.view().trainables().stream().map(Value::name).toList());
  }

  private void draw(GraphEditor editor, Adapter adapter) {
    Graft graft = graft(editor, adapter);
    if (adapter.merged()) {
      Folding.intoConstants(editor, graft, adapter);
    } else {
      adapter.config().method().graft(graft);
    }
    adapter.config().method().train(graft);
    for (SavedModules.Copy copy : SavedModules.find(roles(), adapter.config().modulesToSave())) {
      adapter.savedModules().add(copy.path());
      graft.train(copy.path(), copy.suffix(), copy.base(), copy.transposed());
    }
  }

  private Graft graft(GraphEditor editor, Adapter adapter) {
    List<Adapter> others = adapters.values().stream().filter(a -> a != adapter).toList();
    return new Graft(graph, editor, roles(), adapter, others, sums);
  }
}
