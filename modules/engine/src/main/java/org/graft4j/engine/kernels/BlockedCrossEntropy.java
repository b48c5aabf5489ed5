/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels;

import java.util.ArrayList;
import java.util.List;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.ProgramBuilder;
import org.graft4j.engine.program.ReduceKind;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Cross entropy and its derivative by the other kernels of a set, block of rows after block of
 * rows. What is held is one block of log-probabilities; a block in which no row counts is skipped.
 *
 * <pre>
 * loss    = −log softmax(logits)[id]                      or −Σ labels·log softmax(logits)
 * dlogits = softmax(logits)·dloss, less dloss at the id   or (softmax(logits)·Σ labels − labels)·dloss
 * </pre>
 */
public final class BlockedCrossEntropy implements UnboundKernel {
  /** Enough for a call to cost little beside its work, and for all threads to find some. */
  private static final long ELEMENTS = 1 << 18;

  private static final long ROWS = 32;

  private final Kernels set;
  private final Instruction instruction;
  private final boolean gradient;
  private final Operand logits;
  private final Operand labels;
  private final long rows;
  private final long classes;
  private final long height;
  private final List<Part> parts = new ArrayList<>();
  private final List<Part> lastParts = new ArrayList<>();

  /** An array of a block: its rows of an operand, or a scratch array. */
  private enum Place {
    LOGITS,
    LABELS,
    DLOGITS,
    LOG_PROBABILITIES,
    SUMS,
    FACTORS;

    boolean isColumn() {
      return this == SUMS || this == FACTORS;
    }
  }

  /**
   * One instruction on a block.
   *
   * @param kernel its code
   * @param from what it reads
   * @param to what it writes
   */
  private record Part(UnboundKernel kernel, List<Place> from, Place to) {}

  /**
   * Divides a cross entropy, or its derivative, into blocks.
   *
   * @param set the kernels that compute the parts
   * @param instruction the instruction
   */
  public BlockedCrossEntropy(Kernels set, Instruction instruction) {
    this.set = set;
    this.instruction = instruction;
    this.gradient = instruction.op() instanceof Op.CrossEntropyGrad;
    this.logits = instruction.input(gradient ? 2 : 0);
    this.labels = instruction.input(gradient ? 3 : 1);
    this.classes = logits.shape().size(-1);
    this.rows = logits.shape().rows();
    this.height = Math.min(rows, Math.max(ROWS, ELEMENTS / classes));
    boolean made = false;
    try {
      divide(parts, height);
      if (rows % height > 0) {
        divide(lastParts, rows % height);
      }
      made = true;
    } finally {
      if (!made) {
        close();
      }
    }
  }

  private boolean ids() {
    return !labels.isFloat();
  }

  private void divide(List<Part> to, long count) {
    Op multiply = new Op.Binary(BinaryKind.MUL);
    Op sum = Op.Reduce.of(ReduceKind.SUM, true, 1);
    if (!gradient) {
      Place all = Place.LOG_PROBABILITIES;
      add(to, count, new Op.LogSoftmax(1), all, Place.LOGITS);
      if (!ids()) {
        add(to, count, multiply, all, all, Place.LABELS);
      }
      add(to, count, sum, Place.SUMS, all);
      return;
    }
    Place all = Place.DLOGITS;
    add(to, count, new Op.Softmax(1), all, Place.LOGITS);
    if (!ids()) {
      add(to, count, sum, Place.SUMS, Place.LABELS);
      add(to, count, multiply, all, all, Place.SUMS);
      add(to, count, new Op.Binary(BinaryKind.SUB), all, all, Place.LABELS);
    }
    add(to, count, multiply, all, all, Place.FACTORS);
  }

  private void add(List<Part> parts, long count, Op op, Place to, Place... from) {
    ProgramBuilder builder = new ProgramBuilder();
    List<Operand> operands = new ArrayList<>();
    for (Place place : from) {
      operands.add(builder.input("", type(place, count)));
    }
    List<Operand> results = builder.addAll(instruction.origin(), op, operands);
    Instruction made = new Instruction(op, operands, results, instruction.origin());
    parts.add(new Part(set.prepare(made, Layout.contiguous(made)), List.of(from), to));
  }

  private TensorType type(Place place, long count) {
    return TensorType.of(logits.dataType(), count, place.isColumn() ? 1 : classes);
  }

  /** The block of log-probabilities or the factors, the sums, then what the neediest part needs. */
  @Override
  public List<TensorType> workspaces() {
    List<TensorType> all = new ArrayList<>();
    all.add(type(gradient ? Place.FACTORS : Place.LOG_PROBABILITIES, height));
    all.add(type(Place.SUMS, height));
    int named = all.size();
    for (Part part : parts()) {
      List<TensorType> needed = part.kernel.workspaces();
      for (int i = 0; i < needed.size(); i++) {
        int at = named + i;
        if (at == all.size()) {
          all.add(needed.get(i));
        } else if (all.get(at).bytes() < needed.get(i).bytes()) {
          all.set(at, needed.get(i));
        }
      }
    }
    return all;
  }

  /** A gradient may lie over the logits: each block of them is read once. */
  @Override
  public boolean inPlace(int input) {
    return gradient && input == 2;
  }

  @Override
  public Kernel bind(Binding binding) {
    List<Long> first = new ArrayList<>();
    for (long row = 0; row < rows; row += height) {
      first.add(row);
    }
    return Kernel.sequence(first, row -> bind(row, binding));
  }

  private Kernel bind(long row, Binding binding) {
    Rows block = new Rows(binding, row, Math.min(height, rows - row));
    List<Part> divided = block.count == height ? parts : lastParts;
    Kernel bound = Kernel.sequence(divided, part -> bind(part, block));
    Targets targets =
        new Targets(
            ids() ? block.of(Place.LABELS).data() : null,
            block.count,
            classes,
            instruction.origin());
    return gradient
        ? new CrossEntropyGradBlock(
            bound,
            targets,
            block.of(binding.input(0), 1),
            block.of(binding.input(1), 1),
            block.of(Place.FACTORS),
            block.of(Place.DLOGITS))
        : new CrossEntropyBlock(
            bound,
            targets,
            block.of(Place.LOG_PROBABILITIES),
            block.of(Place.SUMS),
            block.of(binding.output(), 1));
  }

  private static Kernel bind(Part part, Rows block) {
    List<INDArray> scratch = new ArrayList<>();
    for (TensorType needed : part.kernel.workspaces()) {
      INDArray of = block.binding.workspace(2 + scratch.size());
      scratch.add(ArrayViews.contiguous(of, 0, needed.shape().toArray()));
    }
    List<INDArray> inputs = part.from.stream().map(block::of).toList();
    return part.kernel.bind(new Binding(inputs, List.of(block.of(part.to)), scratch));
  }

  /** The arrays of a block of rows. */
  private final class Rows {
    private final Binding binding;
    private final long first;
    private final long count;

    Rows(Binding binding, long first, long count) {
      this.binding = binding;
      this.first = first;
      this.count = count;
    }

    INDArray of(Place place) {
      return switch (place) {
        case LOGITS -> of(binding.input(gradient ? 2 : 0), classes);
        case LABELS -> of(binding.input(gradient ? 3 : 1), ids() ? 1 : classes);
        case DLOGITS -> of(binding.output(), classes);
        case LOG_PROBABILITIES -> ArrayViews.contiguous(binding.workspace(0), 0, count, classes);
        case FACTORS -> ArrayViews.contiguous(binding.workspace(0), 0, count, 1);
        case SUMS -> ArrayViews.contiguous(binding.workspace(1), 0, count, 1);
      };
    }

    INDArray of(INDArray whole, long columns) {
      return ArrayViews.contiguous(whole, first * columns, count, columns);
    }
  }

  private List<Part> parts() {
    List<Part> all = new ArrayList<>(parts);
    all.addAll(lastParts);
    return all;
  }

  @Override
  public void close() {
    parts().forEach(part -> part.kernel.close());
  }
}
