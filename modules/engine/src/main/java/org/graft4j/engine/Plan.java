/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.graft4j.engine.plan.Executable;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A lease on a static plan: memory is laid out, kernels are bound, a run allocates nothing.
 *
 * <p>Single-threaded. Arrays it hands out are views into its memory, valid until its next run or
 * its end.
 */
public final class Plan implements AutoCloseable {
  private final Executable executable;
  private final @Nullable String loss;
  private final Set<String> rowGates;
  private final List<String> otherRowGates;
  private @Nullable Runnable giveBack;

  Plan(
      Executable executable,
      @Nullable String loss,
      Set<String> rowGates,
      List<String> otherRowGates,
      Runnable giveBack) {
    this.executable = executable;
    this.loss = loss;
    this.rowGates = rowGates;
    this.otherRowGates = otherRowGates;
    this.giveBack = giveBack;
  }

  /**
   * Runs the plan without dropout: forward, and for training plans backward too.
   *
   * @param placeholders the arrays by placeholder name; integers become other integers or
   *     floating-point numbers, floating-point numbers each other. Beside them the row gates that
   *     the plan was made for, {@code [batch]} floating-point numbers each: a factor for each row
   *     on what the adapter contributes
   * @throws IllegalArgumentException if a placeholder or row gate is missing, its shape or type
   *     does not fit, or a row gate is given that the plan was not made for
   * @throws IllegalStateException if the plan has been given back
   */
  public void run(Map<String, INDArray> placeholders) {
    run(placeholders, OptionalLong.empty());
  }

  /**
   * Runs the plan with dropout.
   *
   * @param placeholders the arrays by placeholder name
   * @param seed decides the dropout masks: the same seed gives the same masks
   * @throws IllegalArgumentException as {@link #run(Map)}
   * @throws IllegalStateException if the plan has been given back
   */
  public void run(Map<String, INDArray> placeholders, long seed) {
    run(placeholders, OptionalLong.of(seed));
  }

  /**
   * Runs the plan without dropout and measures each instruction.
   *
   * @param placeholders the arrays by placeholder name
   * @return nanoseconds by instruction, in the order they ran; those that only look at memory in
   *     another way are not among them
   * @throws IllegalArgumentException as {@link #run(Map)}
   * @throws IllegalStateException if the plan has been given back
   */
  public Map<Instruction, Long> profile(Map<String, INDArray> placeholders) {
    check(placeholders);
    return executable.profile(placeholders, OptionalLong.empty());
  }

  private void run(Map<String, INDArray> placeholders, OptionalLong seed) {
    check(placeholders);
    executable.run(placeholders, seed);
  }

  private void check(Map<String, INDArray> placeholders) {
    checkLeased();
    List<Operand> operands = executable.program().operands();
    for (int i = 0; i < operands.size(); i++) { // a loop over the list would make an iterator
      Operand operand = operands.get(i);
      if (operand.origin() instanceof Origin.Input input) {
        INDArray array = placeholders.get(input.name());
        if (rowGates.contains(input.name())) {
          checkRows(input.name(), array, operand.shape().length());
        } else {
          checkType(input.name(), array, operand.dataType());
        }
      }
    }
    for (int i = 0; i < otherRowGates.size(); i++) {
      if (placeholders.containsKey(otherRowGates.get(i))) {
        throw new IllegalArgumentException(
            "this plan was made without row gate '"
                + otherRowGates.get(i)
                + "'; name it among the shapes when a plan is leased");
      }
    }
  }

  private static void checkRows(String name, @Nullable INDArray array, long rows) {
    if (array == null) {
      throw new IllegalArgumentException(
          "row gate '"
              + name
              + "' is missing; this plan takes a number for each of "
              + rows
              + " rows");
    }
    if (!array.dataType().isFPType()) {
      throw new IllegalArgumentException(
          "row gate '" + name + "' takes floating-point numbers: " + array.dataType());
    }
    if (array.rank() != 1 || array.length() != rows) {
      throw new IllegalArgumentException(
          "row gate '"
              + name
              + "' takes ["
              + rows
              + "] in this plan: "
              + Arrays.toString(array.shape()));
    }
  }

  private static void checkType(String name, @Nullable INDArray array, DataType type) {
    if (array == null || array.dataType() == type || type.isFPType()) {
      return;
    }
    boolean exact = array.dataType().isIntType() || array.dataType() == DataType.BOOL;
    if (!exact) {
      throw new IllegalArgumentException(
          "placeholder '" + name + "' takes " + type + ": " + array.dataType());
    }
  }

  private void checkLeased() {
    if (giveBack == null) {
      throw new IllegalStateException("the plan has been given back");
    }
  }

  /**
   * Returns an output of the last run.
   *
   * @param name one of {@link CompiledGraph#outputs()}, or the loss
   * @return a view, valid until the next run
   * @throws IllegalArgumentException if it is not an output
   */
  public INDArray output(String name) {
    checkLeased();
    return executable.output(name);
  }

  /**
   * Returns the gradient of the loss for a trainable value.
   *
   * @param trainable one of {@link CompiledGraph#trainable()}
   * @return a view in the shape of the value, valid until the next run
   * @throws IllegalArgumentException if it is not trainable
   */
  public INDArray gradient(String trainable) {
    checkLeased();
    return executable.gradient(trainable);
  }

  /**
   * Returns the loss of the last run.
   *
   * @return the loss
   * @throws IllegalStateException if this is not a training plan
   */
  public double loss() {
    checkLeased();
    if (loss == null) {
      throw new IllegalStateException("this plan computes no loss; compile for training");
    }
    return executable.loss();
  }

  /**
   * Bytes of memory that this plan holds, without the weights it shares.
   *
   * @return the number of bytes
   */
  public long bytes() {
    return executable.memory().bytes();
  }

  /**
   * Says what takes the memory, that of the shared weights too.
   *
   * @return the bytes by what they are for
   */
  public PlanMemory memory() {
    return PlanMemory.of(executable);
  }

  /** Gives the plan back. */
  @Override
  public void close() {
    Runnable back = giveBack;
    if (back != null) {
      giveBack = null;
      back.run();
    }
  }
}
