/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.OpExecution;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.TensorType;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Markers;
import org.graft4j.graph.Node;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Activation;
import org.graft4j.graph.roles.Norm;
import org.graft4j.graph.roles.Role;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.BaseRandomOp;
import org.nd4j.linalg.factory.Nd4j;

/*
 * Values are lowered in topological order, each once. A backward pass first says which are wanted: a composite wants its
 * own inputs and not those of its last node, so what is inside of it is only computed when something else reads it. A
 * value that only lends its shape is lowered too; its instructions are dead and the simplifier drops them.
 */
/** Lowers a graph for one set of placeholder shapes. */
public final class Lowering {
  // an array folded at compile time takes at most this many elements
  private static final long MAX_FOLDED = 1L << 24;
  private static final Map<String, Rule> RULES = rules();

  private final GraphView view;
  private final Function<Value, Optional<Role>> composites;
  private final Request request;
  private final ProgramBuilder builder = new ProgramBuilder();
  private final Map<String, Term> terms = new HashMap<>();
  private final RowGates rowGates;

  private Lowering(GraphView view, Function<Value, Optional<Role>> composites, Request request) {
    this.view = view;
    this.composites = composites;
    this.request = request;
    this.rowGates = new RowGates(request.rowGates(), builder);
  }

  /**
   * Lowers a graph.
   *
   * @param view the graph
   * @param composites which role ends in a value, as {@code Roles.producing}
   * @param request what is wanted, for which shapes
   * @return the program, forward only
   * @throws IllegalArgumentException if an op cannot be compiled for these shapes
   */
  public static Program lower(
      GraphView view, Function<Value, Optional<Role>> composites, Request request) {
    return new Lowering(view, composites, request).lower();
  }

  /**
   * Names the placeholders that values depend on.
   *
   * @param view the graph
   * @param wanted names of the values
   * @param given names of values that are given as placeholders are, not computed
   * @return the names in the order of the graph, then those of the given values that are needed
   */
  public static List<String> placeholders(GraphView view, List<String> wanted, Set<String> given) {
    Set<String> reached = ancestors(view, wanted, given);
    List<String> names = new ArrayList<>();
    view.placeholders().stream().map(Value::name).filter(reached::contains).forEach(names::add);
    given.stream().filter(reached::contains).forEach(names::add);
    return names;
  }

  /**
   * Names the row gates of the adapters that values depend on.
   *
   * @param view the graph
   * @param wanted names of the values
   * @return the names, in the order of the graph, without those that a value of the graph has
   */
  public static List<String> rowGates(GraphView view, List<String> wanted) {
    Set<String> reached = ancestors(view, wanted);
    return rowGates(view, view.constants().stream().filter(c -> reached.contains(c.name())));
  }

  /**
   * Names the row gates of all adapters.
   *
   * @param view the graph
   * @return the names, in the order of the graph, without those that a value of the graph has
   */
  public static List<String> rowGates(GraphView view) {
    return rowGates(view, view.constants().stream());
  }

  private static List<String> rowGates(GraphView view, Stream<Value> constants) {
    return constants
        .flatMap(constant -> Markers.rowGateOf(constant).stream())
        .filter(name -> view.findValue(name).isEmpty())
        .distinct()
        .toList();
  }

  /**
   * Names the values that have an effect on others.
   *
   * @param view the graph
   * @param wanted names of the others
   * @return the names of all values they are computed from, themselves included
   */
  public static Set<String> ancestors(GraphView view, List<String> wanted) {
    return ancestors(view, wanted, Set.of());
  }

  private static Set<String> ancestors(GraphView view, List<String> wanted, Set<String> given) {
    Set<String> seen = new HashSet<>();
    Deque<Value> open = new ArrayDeque<>();
    wanted.forEach(name -> open.add(view.value(name)));
    while (!open.isEmpty()) {
      Value value = open.remove();
      if (seen.add(value.name()) && !given.contains(value.name())) {
        value.producer().ifPresent(node -> open.addAll(node.inputs()));
      }
    }
    return seen;
  }

  private static Map<String, Rule> rules() {
    Map<String, Rule> rules = new HashMap<>();
    ElementwiseRules.addTo(rules);
    MovementRules.addTo(rules);
    IndexRules.addTo(rules);
    ReduceRules.addTo(rules);
    ProductRules.addTo(rules);
    LossRules.addTo(rules);
    return Map.copyOf(rules);
  }

  private Program lower() {
    List<String> wanted = new ArrayList<>(request.outputs());
    if (request.loss() != null) {
      wanted.add(request.loss());
    }
    List<Node> order = view.nodes();
    Map<String, Optional<Role>> plan = wantedNodes(order, wanted);
    for (Node node : order) {
      Optional<Role> composite = plan.get(node.name());
      if (composite != null) {
        lower(node, composite.orElse(null));
      }
    }
    for (String name : request.outputs()) {
      builder.output(name, operand(view.value(name)));
    }
    if (request.loss() != null) {
      builder.loss(operand(view.value(request.loss())));
    }
    return builder.build();
  }

  /** The nodes to lower, each with the composite it is the end of. */
  private Map<String, Optional<Role>> wantedNodes(List<Node> order, List<String> wanted) {
    Set<String> demanded = new HashSet<>();
    wanted.forEach(name -> demanded.add(view.value(name).name()));
    Map<String, Optional<Role>> plan = new LinkedHashMap<>();
    for (int i = order.size() - 1; i >= 0; i--) {
      Node node = order.get(i);
      List<Value> outputs = node.outputs();
      if (outputs.stream().noneMatch(output -> isLowered(output, demanded))) {
        continue;
      }
      Optional<Role> composite =
          outputs.size() == 1
              ? composites.apply(outputs.get(0)).filter(Lowering::isOneInstruction)
              : Optional.empty();
      plan.put(node.name(), composite);
      if (composite.isPresent()) {
        inputs(composite.get()).forEach(value -> demanded.add(value.name()));
      } else {
        node.inputs().forEach(value -> demanded.add(value.name()));
      }
    }
    return plan;
  }

  private boolean isLowered(Value value, Set<String> demanded) {
    return demanded.contains(value.name()) && !request.shapes().containsKey(value.name());
  }

  private static boolean isOneInstruction(Role role) {
    return role instanceof Norm || (role instanceof Activation && role.nodes().size() > 1);
  }

  private static List<Value> inputs(Role role) {
    if (role instanceof Norm norm) {
      List<Value> inputs = new ArrayList<>(List.of(norm.input(), norm.gamma()));
      Value beta = norm.beta();
      if (beta != null) {
        inputs.add(beta);
      }
      return inputs;
    }
    return List.of(((Activation) role).input());
  }

  private void lower(Node node, @Nullable Role composite) {
    List<Term> inputs = new ArrayList<>();
    for (Value value : composite == null ? node.inputs() : inputs(composite)) {
      inputs.add(term(value));
    }
    Site site = new Site(node, inputs, builder);
    List<Term> results = composite == null ? lower(site) : CompositeRules.lower(site, composite);
    List<Value> outputs = node.outputs();
    for (int i = 0; i < Math.min(outputs.size(), results.size()); i++) {
      terms.put(outputs.get(i).name(), cached(outputs.get(i), results.get(i), site));
    }
  }

  /** Keys and values with those of earlier runs before them, where they are kept. */
  private Term cached(Value value, Term term, Site site) {
    Caches caches = request.caches();
    if (caches == null || !Markers.isCached(value)) {
      return term;
    }
    Operand rows = site.operand(term);
    Operand cache = builder.live(value.name(), caches.of(value.name(), rows.type()));
    Operand slots = operand(view.value(Markers.SLOTS));
    return Term.of(site.add(new Op.Append(), cache, rows, slots));
  }

  private List<Term> lower(Site site) {
    Optional<List<Term>> dropout = dropout(site);
    if (dropout.isPresent()) {
      return dropout.get();
    }
    List<Term> folded = fold(site);
    if (folded != null) {
      return folded;
    }
    Site gated = rowGates.applied(site);
    Rule rule = RULES.get(site.node().op());
    return rule == null ? opaque(gated) : rule.lower(gated);
  }

  /** A product with a marked one: dropout in training, nothing otherwise. */
  private Optional<List<Term>> dropout(Site site) {
    if (!site.node().op().equals("multiply") || site.arity() != 2) {
      return Optional.empty();
    }
    for (int i = 0; i < 2; i++) {
      OptionalDouble rate = Markers.dropoutRate(site.node().input(i));
      if (rate.isPresent()) {
        Term x = site.input(1 - i);
        if (request.loss() == null || rate.getAsDouble() == 0) {
          return Optional.of(List.of(x));
        }
        Op op = new Op.Dropout(rate.getAsDouble(), site.newStream());
        return Optional.of(List.of(Term.of(site.add(op, site.operand(x)))));
      }
    }
    return Optional.empty();
  }

  /** Runs an op now whose inputs are all known, unless its result is random or large. */
  private @Nullable List<Term> fold(Site site) {
    if (site.function() instanceof BaseRandomOp || isRandom(site.node().op())) {
      return null;
    }
    INDArray[] arrays = new INDArray[site.arity()];
    for (int i = 0; i < arrays.length; i++) {
      INDArray known = site.input(i).known();
      if (known == null) {
        return null;
      }
      arrays[i] = known;
    }
    if (site.node().op().equals("identity")) {
      return List.of(site.input(0));
    }
    for (TensorType type : OpExecution.results(site.function(), arrays)) {
      if (type.shape().length() > MAX_FOLDED) {
        return null;
      }
    }
    List<Term> results = new ArrayList<>();
    for (INDArray result : OpExecution.run(site.function(), arrays)) {
      results.add(Term.known(result));
    }
    return results;
  }

  private static boolean isRandom(String op) {
    return op.contains("random") || op.contains("dropout");
  }

  /** An op without a rule goes to ND4J; what it computes has no derivative. */
  private List<Term> opaque(Site site) {
    List<Operand> operands = new ArrayList<>();
    INDArray[] arrays = new INDArray[site.arity()];
    for (int i = 0; i < arrays.length; i++) {
      INDArray known = site.input(i).known();
      operands.add(site.operand(i));
      arrays[i] =
          known != null
              ? known
              : Nd4j.createUninitializedDetached(site.input(i).dataType(), site.shape(i).toArray());
    }
    List<TensorType> types;
    try {
      types = OpExecution.results(site.function(), arrays);
    } finally {
      for (int i = 0; i < arrays.length; i++) {
        if (site.input(i).known() == null && arrays[i].closeable()) {
          arrays[i].close();
        }
      }
    }
    return site.addAll(new Op.SameDiffOp(site.function(), types), operands).stream()
        .map(Term::of)
        .toList();
  }

  private Operand operand(Value value) {
    return Site.materialise(term(value), value.name(), builder);
  }

  private Term term(Value value) {
    Term term = terms.get(value.name());
    if (term == null) {
      term = leaf(value);
      terms.put(value.name(), term);
    }
    return term;
  }

  private Term leaf(Value value) {
    String name = value.name();
    long[] shape = request.shapes().get(name);
    if (value.kind() == Value.Kind.PLACEHOLDER || shape != null) {
      if (shape == null) {
        throw new IllegalArgumentException("no shape given for placeholder '" + name + "'");
      }
      return Term.of(builder.input(name, TensorType.of(value.dataType(), shape)));
    }
    if (!value.isStored()) {
      throw new IllegalStateException("'" + name + "' is read before it is computed");
    }
    INDArray array = value.array();
    if (request.trainable().contains(name)) {
      return Term.of(builder.trainable(name, array));
    }
    if (array.isEmpty()) {
      return Term.known(array);
    }
    if (Markers.isGate(value) || value.isTrainable()) {
      return Term.of(builder.live(name, array));
    }
    Operand constant = builder.constant(name, array);
    return isMatrix(array) ? Term.of(constant) : Term.known(array, constant);
  }

  /**
   * Weights are read where they lie, so that values written into them are seen; their like is never
   * folded.
   */
  private static boolean isMatrix(INDArray array) {
    DataType type = array.dataType();
    return type.isFPType() && array.rank() == 2 && array.length() > 1;
  }
}
