/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.nd4j.Nd4jKernels;
import org.graft4j.engine.kernels.onednn.OneDnnKernels;
import org.graft4j.graph.Markers;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compiler from {@code SameDiff} graphs to static plans.
 *
 * <p>It is immutable and may be shared between threads. A compiled graph reads the weights of the
 * {@code SameDiff} it was made from, so that values written into those arrays are seen by the next
 * run; a graph whose <em>wiring</em> is edited is compiled again.
 */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

  private final CompletableFuture<Kernels> kernels;
  private final int maxPlans;
  private final TrainingMemory trainingMemory;
  private final Precision precision;

  private Engine(Builder builder) {
    this.kernels =
        builder.kernels == null ? Fastest.SET : CompletableFuture.completedFuture(builder.kernels);
    this.maxPlans = builder.maxPlans;
    this.trainingMemory = builder.trainingMemory;
    this.precision = builder.precision;
  }

  /**
   * Returns an engine with the default settings.
   *
   * @return the engine
   */
  public static Engine create() {
    return builder().build();
  }

  /**
   * Returns a builder with the default settings.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Compiles a graph for inference.
   *
   * @param graph the graph, which is not changed
   * @param outputs names of the values that are wanted
   * @return the compiled graph, to be closed by the caller
   * @throws IllegalArgumentException if an output is not in the graph
   */
  public CompiledGraph compile(SameDiff graph, Collection<String> outputs) {
    return CompiledGraph.of(graph, null, List.of(), List.copyOf(outputs), this);
  }

  /**
   * Compiles a graph for training: its plans compute the loss, its gradients and, if wanted,
   * further outputs.
   *
   * @param graph the graph, which is not changed; each trainable may be a variable or a constant of
   *     it
   * @param loss name of the loss, a single number
   * @param trainable names of the values whose gradients are wanted; everything else is frozen
   * @param outputs names of further values that are wanted, may be empty
   * @return the compiled graph, to be closed by the caller
   * @throws IllegalArgumentException if a name is not in the graph, or a trainable does not reach
   *     the loss
   */
  public CompiledGraph compileTraining(
      SameDiff graph, String loss, Collection<String> trainable, Collection<String> outputs) {
    return CompiledGraph.of(graph, loss, List.copyOf(trainable), List.copyOf(outputs), this);
  }

  /**
   * Compiles a causal model for generation: its attentions keep keys and values from run to run,
   * and a run is given new tokens only.
   *
   * <p>Plans take, beside the placeholders, {@link Markers#SLOTS}, INT64 {@code [length]}: where
   * the new keys go, one after the other; and {@link Markers#POSITIONS}, INT64 {@code [batch,
   * length]}. The attention mask is {@code [batch, capacity]}, zero for slots that hold nothing
   * yet. All runs share the caches, so that one generation at a time can use them; a new one starts
   * at slot 0 again.
   *
   * @param graph the graph, which is not changed
   * @param outputs names of the values that are wanted
   * @param capacity how many tokens each row can keep
   * @return the compiled graph, to be closed by the caller; not thread-safe
   * @throws IllegalArgumentException if an output is not in the graph, or the graph does not say
   *     where its keys lie
   */
  public CompiledGraph compileDecoding(SameDiff graph, Collection<String> outputs, long capacity) {
    return CompiledGraph.decoding(graph, List.copyOf(outputs), capacity, this);
  }

  Kernels kernels() {
    return kernels.join();
  }

  int maxPlans() {
    return maxPlans;
  }

  TrainingMemory trainingMemory() {
    return trainingMemory;
  }

  Precision precision() {
    return precision;
  }

  /**
   * Looked for once, when the first engine is made; loading a library takes a third of a second, in
   * which graphs can be lowered.
   */
  private static final class Fastest {
    static final CompletableFuture<Kernels> SET = CompletableFuture.supplyAsync(Fastest::find);

    private static Kernels find() {
      try {
        if (Nd4j.getBackend().getEnvironment().isCPU()) {
          return new OneDnnKernels();
        }
      } catch (LinkageError e) {
        LOG.info("oneDNN cannot be loaded, so ND4J's own ops compute: {}", e.toString());
      }
      return new Nd4jKernels();
    }
  }

  /** Settings of an {@link Engine}. */
  public static final class Builder {
    private @Nullable Kernels kernels;
    private int maxPlans = 8;
    private TrainingMemory trainingMemory = TrainingMemory.KEEP_ACTIVATIONS;
    private Precision precision = Precision.FP32;

    private Builder() {}

    /**
     * Sets what computes the instructions.
     *
     * @param set the kernel set; by default {@link OneDnnKernels} where it can be loaded and ND4J
     *     computes on the CPU, otherwise {@link Nd4jKernels}
     * @return this builder
     */
    public Builder kernels(Kernels set) {
      this.kernels = set;
      return this;
    }

    /**
     * Sets for how many different placeholder shapes a compiled graph keeps plans; the least
     * recently used ones are dropped first.
     *
     * @param count the bound, at least 1; 8 by default
     * @return this builder
     * @throws IllegalArgumentException if the bound is not positive
     */
    public Builder maxPlans(int count) {
      if (count < 1) {
        throw new IllegalArgumentException("number of plans must be positive: " + count);
      }
      this.maxPlans = count;
      return this;
    }

    /**
     * Sets what training plans keep of the forward pass.
     *
     * @param memory the choice; {@link TrainingMemory#KEEP_ACTIVATIONS} by default
     * @return this builder
     */
    public Builder trainingMemory(TrainingMemory memory) {
      this.trainingMemory = memory;
      return this;
    }

    /**
     * Sets the numbers that compiled graphs compute with.
     *
     * @param numbers the choice; {@link Precision#FP32} by default
     * @return this builder
     */
    public Builder precision(Precision numbers) {
      this.precision = numbers;
      return this;
    }

    /**
     * Makes the engine.
     *
     * @return the engine
     */
    public Engine build() {
      return new Engine(this);
    }
  }
}
