/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import com.google.common.primitives.ImmutableLongArray;
import java.util.ArrayList;
import java.util.List;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Op.FusedMatMul.Step;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Attention and its derivative by the other kernels of a set: for each block of queries, the scores
 * to all keys, their softmax, and the products with it. What is held is one block of scores, and
 * for the derivative two more of that size.
 */
public final class BlockedAttention implements UnboundKernel {
  private final Kernels set;
  private final Instruction instruction;
  private final Layout layout;
  private final boolean gradient;
  private final int first;
  private final long rows;
  private final long block;
  private final List<Part> parts = new ArrayList<>();
  private final List<TensorType> named = new ArrayList<>();

  /**
   * Where an operand of a part lies.
   *
   * @param source inputs, outputs or scratch arrays of the whole
   * @param index the position there
   * @param byRow whether a block sees only its rows of it
   */
  private record Place(Source source, int index, boolean byRow) {
    enum Source {
      INPUT,
      OUTPUT,
      SCRATCH
    }
  }

  /**
   * One instruction on one block.
   *
   * @param kernel its code
   * @param row the first row of the block
   * @param inputs where its operands lie
   * @param output where its result lies
   * @param instruction what it computes
   * @param layout how its operands lie
   */
  private record Part(
      UnboundKernel kernel,
      long row,
      List<Place> inputs,
      Place output,
      Instruction instruction,
      Layout layout) {}

  /**
   * Divides an attention, or its derivative, into blocks.
   *
   * @param set the kernels that compute the parts
   * @param instruction the instruction
   * @param layout how its operands lie
   * @param most the most queries of a block
   */
  public BlockedAttention(Kernels set, Instruction instruction, Layout layout, long most) {
    this.set = set;
    this.instruction = instruction;
    this.layout = layout;
    this.gradient = instruction.op() instanceof Op.AttentionGrad;
    this.first = gradient ? 1 : 0;
    this.rows = q().shape().size(-2);
    this.block = Math.min(rows, most);
    TensorType scores = new TensorType(q().dataType(), scores(block));
    named.add(scores);
    if (gradient) {
      named.add(scores);
    }
    boolean made = false;
    try {
      for (long row = 0; row < rows; row += block) {
        divide(row, Math.min(block, rows - row));
      }
      made = true;
    } finally {
      if (!made) {
        parts.forEach(part -> part.kernel.close());
      }
    }
  }

  private void divide(long row, long count) {
    if (gradient) {
      backward(row, count);
    } else {
      forward(row, count);
    }
  }

  private Operand q() {
    return instruction.input(first);
  }

  private Shape scores(long count) {
    return q().shape().with(-2, count).with(-1, instruction.input(first + 1).shape().size(-2));
  }

  private void forward(long row, long count) {
    probabilities(row, count);
    part(row, count, new Op.MatMul(false, false), output(0, true), scratch(0), input(2, false));
  }

  private void backward(long row, long count) {
    probabilities(row, count);
    Place dy = input(0, true);
    sum(row, count, new Op.MatMul(true, false), 1, output(2, false), scratch(0), dy);
    part(row, count, new Op.MatMul(false, true), scratch(1), dy, input(3, false));
    int axis = q().shape().rank() - 1;
    part(row, count, new Op.SoftmaxGrad(axis), scratch(1), scratch(1), scratch(0));
    double scale = ((Op.AttentionGrad) instruction.op()).scale();
    Op.MatMul plain = new Op.MatMul(false, false);
    part(row, count, scaled(plain, scale), output(0, true), scratch(1), input(2, false));
    sum(
        row,
        count,
        new Op.MatMul(true, false),
        scale,
        output(1, false),
        scratch(1),
        input(1, true));
  }

  private void probabilities(long row, long count) {
    double scale =
        gradient
            ? ((Op.AttentionGrad) instruction.op()).scale()
            : ((Op.Attention) instruction.op()).scale();
    List<Step> steps = new ArrayList<>(List.of(new Step.Scale(scale)));
    List<Place> places = new ArrayList<>(List.of(input(first, true), input(first + 1, false)));
    int mask = first + 3;
    if (instruction.inputs().size() > mask) {
      steps.add(new Step.Add());
      places.add(input(mask, instruction.input(mask).shape().size(-2) > 1));
    }
    Op scores = new Op.FusedMatMul(new Op.MatMul(false, true), false, steps);
    part(row, count, scores, scratch(0), places.toArray(new Place[0]));
    Op softmax = new Op.Softmax(q().shape().rank() - 1);
    part(row, count, softmax, scratch(0), scratch(0));
  }

  private static Op scaled(Op.MatMul product, double scale) {
    return scale == 1
        ? product
        : new Op.FusedMatMul(product, false, List.of(new Step.Scale(scale)));
  }

  /** A product that is summed over the blocks. */
  private void sum(
      long row, long count, Op.MatMul product, double scale, Place to, Place a, Place b) {
    if (row == 0) {
      part(row, count, scaled(product, scale), to, a, b);
    } else {
      List<Step> steps = new ArrayList<>();
      if (scale != 1) {
        steps.add(new Step.Scale(scale));
      }
      steps.add(new Step.Add());
      part(row, count, new Op.FusedMatMul(product, false, steps), to, a, b, to);
    }
  }

  private void part(long row, long count, Op op, Place to, Place... from) {
    ProgramBuilder builder = new ProgramBuilder();
    List<Operand> operands = new ArrayList<>();
    List<ImmutableLongArray> strides = new ArrayList<>();
    for (Place place : from) {
      operands.add(builder.input("", new TensorType(q().dataType(), shape(place, count))));
      strides.add(strides(place, count));
    }
    Operand result = builder.addAll(instruction.origin(), op, operands).get(0);
    Instruction made = new Instruction(op, operands, List.of(result), instruction.origin());
    Layout lies = new Layout(strides, List.of(strides(to, count)));
    parts.add(new Part(set.prepare(made, lies), row, List.of(from), to, made, lies));
  }

  private Shape shape(Place place, long count) {
    if (place.source == Place.Source.SCRATCH) {
      return scores(count);
    }
    Operand whole =
        place.source == Place.Source.INPUT
            ? instruction.input(place.index)
            : instruction.outputs().get(place.index);
    return place.byRow ? whole.shape().with(-2, count) : whole.shape();
  }

  private ImmutableLongArray strides(Place place, long count) {
    return switch (place.source) {
      case SCRATCH -> Layout.contiguous(scores(count));
      case INPUT -> layout.inputs().get(place.index);
      case OUTPUT -> layout.outputs().get(place.index);
    };
  }

  private static Place input(int index, boolean byRow) {
    return new Place(Place.Source.INPUT, index, byRow);
  }

  private static Place output(int index, boolean byRow) {
    return new Place(Place.Source.OUTPUT, index, byRow);
  }

  private static Place scratch(int index) {
    return new Place(Place.Source.SCRATCH, index, false);
  }

  /** The blocks of scores, then the scratch arrays of the part that needs most. */
  @Override
  public List<TensorType> workspaces() {
    List<TensorType> all = new ArrayList<>(named);
    for (Part part : parts) {
      List<TensorType> needed = part.kernel.workspaces();
      for (int i = 0; i < needed.size(); i++) {
        int at = named.size() + i;
        if (at == all.size()) {
          all.add(needed.get(i));
        } else if (all.get(at).bytes() < needed.get(i).bytes()) {
          all.set(at, needed.get(i));
        }
      }
    }
    return all;
  }

  @Override
  public Kernel bind(Binding binding) {
    return Kernel.sequence(parts, part -> bind(part, binding));
  }

  private Kernel bind(Part part, Binding binding) {
    List<INDArray> inputs = new ArrayList<>();
    for (int i = 0; i < part.inputs.size(); i++) {
      Shape shape = part.instruction.input(i).shape();
      inputs.add(view(binding, part, part.inputs.get(i), shape, part.layout.inputs().get(i)));
    }
    Shape shape = part.instruction.output().shape();
    INDArray output = view(binding, part, part.output, shape, part.layout.outputs().get(0));
    List<INDArray> scratch = new ArrayList<>();
    List<TensorType> needed = part.kernel.workspaces();
    for (int i = 0; i < needed.size(); i++) {
      scratch.add(
          ArrayViews.contiguous(
              binding.workspace(named.size() + i), 0, needed.get(i).shape().toArray()));
    }
    return part.kernel.bind(new Binding(inputs, List.of(output), scratch));
  }

  private static INDArray view(
      Binding binding, Part part, Place place, Shape shape, ImmutableLongArray strides) {
    INDArray whole =
        switch (place.source) {
          case INPUT -> binding.input(place.index);
          case OUTPUT -> binding.outputs().get(place.index);
          case SCRATCH -> binding.workspace(place.index);
        };
    long offset = place.byRow ? part.row * strides.get(strides.length() - 2) : 0;
    return ArrayViews.strided(whole, offset, shape.toArray(), strides.toArray());
  }

  @Override
  public void close() {
    parts.forEach(part -> part.kernel.close());
  }
}
