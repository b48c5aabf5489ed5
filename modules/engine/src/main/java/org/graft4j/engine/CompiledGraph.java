/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.graft4j.engine.differentiate.Differentiation;
import org.graft4j.engine.fuse.AttentionFusion;
import org.graft4j.engine.fuse.Fusion;
import org.graft4j.engine.fuse.LayerRecomputation;
import org.graft4j.engine.fuse.RoundedWeights;
import org.graft4j.engine.lower.Caches;
import org.graft4j.engine.lower.Lowering;
import org.graft4j.engine.lower.Request;
import org.graft4j.engine.plan.Executable;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.simplify.Simplification;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Markers;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Roles;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A graph that has been compiled for a set of outputs.
 *
 * <p>Thread-safe: plans are leased to one thread at a time and share the weights. Plans for
 * different placeholder shapes take turns in the same memory; for a bounded number of shapes they
 * are kept, so batches should be padded to few different lengths.
 */
public final class CompiledGraph implements AutoCloseable {
  private static final Set<String> GENERATED = Set.of(Markers.SLOTS, Markers.POSITIONS);

  private final GraphView view;
  private final @Nullable String loss;
  private final List<String> trainable;
  private final List<String> outputs;
  private final List<String> placeholders;
  private final List<String> rowGates;
  private final Roles roles;
  private final Engine engine;
  private final PlanCache cache;
  private final @Nullable Caches caches;
  private final RoundedWeights roundedWeights = new RoundedWeights();
  private final Object compiling = new Object();

  private CompiledGraph(
      GraphView view,
      @Nullable String loss,
      List<String> trainable,
      List<String> outputs,
      @Nullable Caches caches,
      Engine engine) {
    this.view = view;
    this.caches = caches;
    this.loss = loss;
    this.trainable = trainable;
    this.outputs = outputs;
    List<String> wanted = new ArrayList<>(outputs);
    if (loss != null) {
      wanted.add(loss);
    }
    this.placeholders = Lowering.placeholders(view, wanted, caches == null ? Set.of() : GENERATED);
    this.rowGates = Lowering.rowGates(view, wanted);
    this.roles = Roles.of(view);
    this.engine = engine;
    this.cache = new PlanCache(engine.maxPlans(), this::closeOwned);
  }

  static CompiledGraph of(
      SameDiff graph,
      @Nullable String loss,
      List<String> trainable,
      List<String> outputs,
      Engine engine) {
    GraphView view = GraphView.of(graph);
    if (loss == null && outputs.isEmpty()) {
      throw new IllegalArgumentException("no outputs are wanted; name at least one value");
    }
    outputs.forEach(view::value);
    if (loss != null) {
      checkTraining(view, loss, trainable);
    }
    return new CompiledGraph(view, loss, trainable, outputs, null, engine);
  }

  static CompiledGraph decoding(
      SameDiff graph, List<String> outputs, long capacity, Engine engine) {
    GraphView view = GraphView.of(graph);
    outputs.forEach(view::value);
    if (view.findValue(Markers.SLOTS).isEmpty()) {
      throw new IllegalArgumentException(
          "the graph has no value '"
              + Markers.SLOTS
              + "' by which keys are cached; load the model from its Hugging Face directory or GGUF"
              + " file");
    }
    return new CompiledGraph(view, null, List.of(), outputs, new Caches(capacity), engine);
  }

  private static void checkTraining(GraphView view, String loss, List<String> trainable) {
    if (trainable.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing is trainable; name at least one constant or variable");
    }
    Set<String> reached = Lowering.ancestors(view, List.of(loss));
    List<String> unreached = new ArrayList<>();
    for (String name : trainable) {
      Value value = view.value(name);
      if (!value.isStored() || !value.dataType().isFPType()) {
        throw new IllegalArgumentException(
            "only a constant or variable of floating-point numbers can be trained: '"
                + name
                + "' ("
                + value.kind()
                + ", "
                + value.dataType()
                + ")");
      }
      if (!reached.contains(value.name())) {
        unreached.add(name);
      }
    }
    if (!unreached.isEmpty()) {
      throw new IllegalArgumentException(
          "loss '" + loss + "' does not depend on trainable values: " + unreached);
    }
  }

  /**
   * Names of the placeholders that the outputs and the loss depend on.
   *
   * @return the names, in the order of the graph
   */
  public List<String> placeholders() {
    return placeholders;
  }

  /**
   * Names of the row gates that a plan may take beside the placeholders: {@code <adapter>.rows} for
   * each adapter that the outputs and the loss depend on.
   *
   * @return the names, in the order of the graph
   */
  public List<String> rowGates() {
    return rowGates;
  }

  /**
   * Names of the values that a plan computes for the caller.
   *
   * @return the names, in the order they were asked for
   */
  public List<String> outputs() {
    return outputs;
  }

  /**
   * Names of the values whose gradients a plan computes.
   *
   * @return the names, empty for inference
   */
  public List<String> trainable() {
    return trainable;
  }

  /**
   * Leases a plan for these placeholder shapes, making one if none is idle.
   *
   * <p>A plan takes the row gates that are named here, {@code [batch]} each, and no others: with
   * other factors in them it runs again, with another choice of row gates it is another plan.
   *
   * @param placeholderShapes the shape of each placeholder by name, and of row gates; other names
   *     are passed over
   * @return the plan, to be given back by {@link Plan#close()}
   * @throws IllegalArgumentException if a placeholder is missing, its rank or a fixed size does not
   *     agree, a row gate is not as long as the batch or that of no adapter in the graph, or what
   *     an adapter contributes has no axis that is known to be the batch
   * @throws IllegalStateException if this graph has been closed
   */
  public Plan plan(Map<String, long[]> placeholderShapes) {
    Map<String, long[]> shapes = checked(placeholderShapes);
    Map<String, Long> rows = checkedRows(placeholderShapes, shapes);
    String key = key(shapes) + rows;
    Program program = program(key, shapes, rows);
    Lane lane = cache.take(key);
    try {
      Executable executable = lane.plan(key, program, engine.kernels());
      List<String> others = rowGates.stream().filter(name -> !rows.containsKey(name)).toList();
      return new Plan(executable, loss, rows.keySet(), others, () -> cache.giveBack(lane));
    } catch (RuntimeException e) {
      cache.giveBack(lane);
      throw e;
    }
  }

  /**
   * Leases a plan for the shapes of these arrays; it has not been run yet.
   *
   * @param arrays the arrays by the name of a placeholder or row gate
   * @return the plan, to be given back by {@link Plan#close()}
   * @throws IllegalArgumentException as {@link #plan(Map)}
   */
  public Plan planFor(Map<String, INDArray> arrays) {
    Map<String, long[]> shapes = new HashMap<>();
    arrays.forEach((name, array) -> shapes.put(name, array.shape()));
    return plan(shapes);
  }

  /**
   * Runs once and copies the outputs, for callers who need no control over plans.
   *
   * @param arrays the arrays by the name of a placeholder or row gate
   * @return the outputs by name, in the order they were asked for; the caller owns them
   * @throws IllegalArgumentException as {@link #plan(Map)}
   */
  public Map<String, INDArray> run(Map<String, INDArray> arrays) {
    try (Plan plan = planFor(arrays)) {
      plan.run(arrays);
      Map<String, INDArray> results = new LinkedHashMap<>();
      for (String output : outputs) {
        results.put(output, plan.output(output).dup());
      }
      return results;
    }
  }

  /**
   * Says what lowering for these shapes recognised and what it did not.
   *
   * @param placeholderShapes the shape of each placeholder by name, and of row gates
   * @return the report
   * @throws IllegalArgumentException as {@link #plan(Map)}
   */
  public LoweringReport report(Map<String, long[]> placeholderShapes) {
    Map<String, long[]> shapes = checked(placeholderShapes);
    return Findings.of(lowered(shapes, checkedRows(placeholderShapes, shapes)), roles);
  }

  /**
   * Releases the memory of idle plans now, that of leased ones when they are given back; the
   * graph's weights stay.
   */
  @Override
  public void close() {
    cache.close();
  }

  private void closeOwned() {
    roundedWeights.close();
    if (caches != null) {
      caches.close();
    }
  }

  private Program program(String key, Map<String, long[]> shapes, Map<String, Long> rows) {
    synchronized (compiling) {
      Program program = cache.program(key);
      if (program == null) {
        program = lowered(shapes, rows);
        if (loss != null) {
          program = Simplification.of(Differentiation.of(program));
        }
        program = Fusion.of(program);
        if (engine.trainingMemory() == TrainingMemory.RECOMPUTE_LAYERS) {
          program = new LayerRecomputation().apply(program);
        }
        if (engine.precision() == Precision.BF16) {
          program = roundedWeights.apply(program);
        }
        cache.keep(key, program);
      }
      return program;
    }
  }

  private Program lowered(Map<String, long[]> shapes, Map<String, Long> rows) {
    List<String> wanted = new ArrayList<>(outputs);
    if (loss != null && !wanted.contains(loss)) {
      wanted.add(loss);
    }
    Request request = new Request(wanted, loss, Set.copyOf(trainable), shapes, rows, caches);
    return new AttentionFusion()
        .apply(Simplification.of(Lowering.lower(view, roles::producing, request)));
  }

  /** The shapes of the placeholders that matter, in the order of the graph. */
  private Map<String, long[]> checked(Map<String, long[]> given) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (String name : placeholders) {
      long[] shape = given.get(name);
      if (shape == null) {
        throw new IllegalArgumentException(
            "placeholder '" + name + "' is missing; given are " + new TreeSet<>(given.keySet()));
      }
      long[] declared = GENERATED.contains(name) ? null : view.value(name).shape();
      if (declared != null && !fits(shape, declared)) {
        throw new IllegalArgumentException(
            "placeholder '"
                + name
                + "' takes "
                + Arrays.toString(declared)
                + ": "
                + Arrays.toString(shape));
      }
      shapes.put(name, shape.clone());
    }
    return shapes;
  }

  /** The lengths of the row gates that matter, in the order of the graph. */
  private Map<String, Long> checkedRows(Map<String, long[]> given, Map<String, long[]> shapes) {
    Map<String, Long> rows = new LinkedHashMap<>();
    for (String name : rowGates) {
      long[] shape = given.get(name);
      if (shape != null) {
        List<Long> batch = batch(shapes);
        if (shape.length != 1 || !batch.contains(shape[0])) {
          throw new IllegalArgumentException(
              "row gate '"
                  + name
                  + "' takes a number for each row of the batch, "
                  + batch.stream().map(size -> "[" + size + "]").collect(joining(" or "))
                  + ": "
                  + Arrays.toString(shape));
        }
        rows.put(name, shape[0]);
      }
    }
    for (String name : given.keySet()) {
      if (Markers.isRowGate(name) && !rows.containsKey(name)) {
        checkHasNoEffect(name);
      }
    }
    return rows;
  }

  /** A row gate that is passed over although its adapter has an effect would go unnoticed. */
  private void checkHasNoEffect(String name) {
    List<String> all = Lowering.rowGates(view);
    if (view.findValue(name).isEmpty() && !all.contains(name)) {
      throw new IllegalArgumentException(
          "row gate '" + name + "' is that of no adapter in this graph; it has: " + all);
    }
  }

  /** What may be the number of rows: the first sizes of the placeholders. */
  private static List<Long> batch(Map<String, long[]> shapes) {
    return shapes.values().stream().filter(s -> s.length > 0).map(s -> s[0]).distinct().toList();
  }

  private static boolean fits(long[] shape, long[] declared) {
    if (shape.length != declared.length) {
      return false;
    }
    for (int i = 0; i < shape.length; i++) {
      if (declared[i] >= 0 && declared[i] != shape[i]) {
        return false;
      }
    }
    return true;
  }

  private static String key(Map<String, long[]> shapes) {
    StringBuilder key = new StringBuilder();
    shapes.forEach((name, shape) -> key.append(name).append(Arrays.toString(shape)));
    return key.toString();
  }
}
