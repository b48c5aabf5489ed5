/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Appends instructions, checks their operands and infers the types of their results. */
public final class ProgramBuilder {
  private final List<Operand> operands = new ArrayList<>();
  private final List<Instruction> instructions = new ArrayList<>();
  private final Map<String, Operand> outputs = new LinkedHashMap<>();
  private final Map<String, Operand> gradients = new LinkedHashMap<>();
  private final Set<Operand> ofInputs = new HashSet<>();
  private final Map<String, Operand> scalars = new LinkedHashMap<>();
  private @Nullable Operand loss;
  private int streams;

  /** Starts an empty program. */
  public ProgramBuilder() {}

  /**
   * Continues a program: its operands keep their numbers.
   *
   * @param program the program
   * @return a builder that holds everything of it
   */
  public static ProgramBuilder continuing(Program program) {
    ProgramBuilder builder = new ProgramBuilder();
    builder.operands.addAll(program.operands());
    builder.instructions.addAll(program.instructions());
    builder.outputs.putAll(program.outputs());
    builder.gradients.putAll(program.gradients());
    builder.loss = program.loss();
    for (Instruction instruction : program.instructions()) {
      if (instruction.op() instanceof Op.Dropout) {
        builder.streams = Math.max(builder.streams, ((Op.Dropout) instruction.op()).stream() + 1);
      }
    }
    return builder;
  }

  /**
   * Adds an operand given at every run.
   *
   * @param name the placeholder
   * @param type its type
   * @return the operand
   */
  public Operand input(String name, TensorType type) {
    Operand input = operand(type, new Origin.Input(name));
    ofInputs.add(input);
    return input;
  }

  /**
   * Adds a frozen operand.
   *
   * @param name the constant
   * @param array its array, referred to, not copied
   * @return the operand
   */
  public Operand constant(String name, INDArray array) {
    return operand(typeOf(array), new Origin.Constant(name, array, false));
  }

  /**
   * Adds an array that is read at every run and never folded.
   *
   * @param name the gate or variable
   * @param array its array, referred to, not copied
   * @return the operand
   */
  public Operand live(String name, INDArray array) {
    return operand(typeOf(array), new Origin.Constant(name, array, true));
  }

  /**
   * Adds an operand that is trained.
   *
   * @param name the variable
   * @param array its array, referred to, not copied
   * @return the operand
   */
  public Operand trainable(String name, INDArray array) {
    return operand(typeOf(array), new Origin.Trainable(name, array));
  }

  /**
   * Returns a frozen scalar; the same one for the same value.
   *
   * @param dataType the element type
   * @param value the value
   * @return the operand
   */
  public Operand scalar(DataType dataType, double value) {
    return scalars.computeIfAbsent(
        dataType + ":" + value,
        key -> constant(Double.toString(value), Nd4j.scalar(dataType, value)));
  }

  /**
   * Returns a number for {@link Op.Dropout#stream()} that was not returned before.
   *
   * @return 0, 1, …
   */
  public int newStream() {
    return streams++;
  }

  /**
   * Appends an instruction.
   *
   * @param origin the graph node that it comes from
   * @param op what is computed
   * @param inputs the operands read
   * @return the first operand written
   * @throws IllegalArgumentException when the op cannot take these operands
   */
  public Operand add(String origin, Op op, Operand... inputs) {
    return addAll(origin, op, List.of(inputs)).get(0);
  }

  /**
   * Appends an instruction.
   *
   * @param origin the graph node that it comes from
   * @param op what is computed
   * @param inputs the operands read
   * @return the operands written
   * @throws IllegalArgumentException when the op cannot take these operands
   */
  public List<Operand> addAll(String origin, Op op, List<Operand> inputs) {
    List<Operand> results = new ArrayList<>();
    for (TensorType type : TypeInference.results(origin, op, inputs)) {
      results.add(operand(type, new Origin.Result()));
    }
    Instruction instruction = new Instruction(op, inputs, results, origin);
    instructions.add(instruction);
    if (inputs.stream().anyMatch(ofInputs::contains)) {
      ofInputs.addAll(results);
    }
    return instruction.outputs();
  }

  /**
   * Tells whether the elements of an operand depend on what is given at every run.
   *
   * @param operand an operand that was added to this builder
   * @return true for inputs and what is computed from them
   */
  public boolean dependsOnInputs(Operand operand) {
    return ofInputs.contains(operand);
  }

  /**
   * Keeps an operand until the next run.
   *
   * @param name the name to ask for it by
   * @param operand the operand
   */
  public void output(String name, Operand operand) {
    outputs.put(name, operand);
  }

  /**
   * Names the gradient of a trainable.
   *
   * @param trainable the trainable's name
   * @param operand its gradient
   */
  public void gradient(String trainable, Operand operand) {
    gradients.put(trainable, operand);
  }

  /**
   * Says which operand gradients are of.
   *
   * @param operand a floating-point scalar
   * @throws IllegalArgumentException when it has more than one element
   */
  public void loss(Operand operand) {
    if (operand.shape().length() != 1 || !operand.isFloat()) {
      throw new IllegalArgumentException(
          "a loss must be one floating-point number: " + operand.type());
    }
    loss = operand;
  }

  /**
   * Returns the program built so far.
   *
   * @return the program
   */
  public Program build() {
    return new Program(operands, instructions, outputs, gradients, loss);
  }

  private Operand operand(TensorType type, Origin origin) {
    Operand operand = new Operand(operands.size(), type, origin);
    operands.add(operand);
    return operand;
  }

  private static TensorType typeOf(INDArray array) {
    return TensorType.of(array.dataType(), array.shape());
  }
}
