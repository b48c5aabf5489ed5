/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.TensorType;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;

/**
 * Where every operand and every scratch array of a program lies.
 *
 * <p>Views share the memory of what they look at; an element-wise result takes the memory of an
 * operand that dies there, when the kernel allows it. What is left is put, largest first, at the
 * lowest place that nothing alive at the same time takes. One arena for each element type, and one
 * more for what is handed out.
 */
public final class MemoryPlan {
  /*
   * Three passes: views are resolved to their roots, so that a root's last use is known; buffers are made in program order, taking over a
   * dying input where allowed; buffers get offsets.
   */
  private final Program program;
  private final Kernels kernels;
  private final Operand[] roots;
  private final long[] viewOffsets;
  private final int[] lastUses;
  private final Map<Operand, Location> locations = new LinkedHashMap<>();
  private final Map<Integer, List<Buffer>> scratch = new LinkedHashMap<>();
  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<Area, Long> sizes = new LinkedHashMap<>();

  /**
   * One stretch of memory.
   *
   * @param dataType the element type
   * @param kept whether it holds what is handed out, and so may outlive the plan
   */
  record Area(DataType dataType, boolean kept) {}

  private MemoryPlan(Program program, Kernels kernels) {
    this.program = program;
    this.kernels = kernels;
    this.roots = new Operand[program.operands().size()];
    this.viewOffsets = new long[roots.length];
    this.lastUses = new int[roots.length];
  }

  /**
   * Lays out a program.
   *
   * @param program the program
   * @param kernels the kernel set that will run it
   * @return the plan
   */
  public static MemoryPlan of(Program program, Kernels kernels) {
    MemoryPlan plan = new MemoryPlan(program, kernels);
    plan.resolveViews();
    plan.makeBuffers();
    plan.placeBuffers();
    return plan;
  }

  /**
   * Returns the bytes that all arenas take.
   *
   * @return the bytes
   */
  public long bytes() {
    return sizes.entrySet().stream()
        .mapToLong(e -> e.getValue() * e.getKey().dataType().width())
        .sum();
  }

  /**
   * Returns the bytes that would be taken if no memory were used twice.
   *
   * @return the bytes
   */
  public long bytesWithoutReuse() {
    long results =
        program.instructions().stream()
            .flatMap(i -> i.outputs().stream())
            .mapToLong(o -> o.type().bytes())
            .sum();
    return results + buffers.stream().filter(b -> b.scratch).mapToLong(Buffer::bytes).sum();
  }

  /**
   * Returns what takes the memory at the moment when most is taken.
   *
   * @return bytes of inputs, of outputs and gradients that are kept, of results that a later
   *     instruction reads, and of scratch arrays; their sum is what a perfect layout would need
   */
  public Map<String, Long> peak() {
    long[] alive = new long[program.instructions().size() + 2];
    for (Buffer buffer : buffers) {
      for (int i = buffer.first; i <= buffer.last; i++) {
        alive[i + 1] += buffer.bytes();
      }
    }
    int peak = 0;
    for (int i = 0; i < alive.length; i++) {
      peak = alive[i] > alive[peak] ? i : peak;
    }
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (String kind : List.of("inputs", "kept", "results", "scratch")) {
      bytes.put(kind, 0L);
    }
    for (Buffer buffer : buffers) {
      if (buffer.first <= peak - 1 && peak - 1 <= buffer.last) {
        bytes.merge(kind(buffer), buffer.bytes(), Long::sum);
      }
    }
    return bytes;
  }

  private String kind(Buffer buffer) {
    if (buffer.scratch) {
      return "scratch";
    }
    if (area(buffer).kept()) {
      return "kept";
    }
    return buffer.first < 0 ? "inputs" : "results";
  }

  /** Returns one line for people: bytes, what they would be without reuse, and the peak. */
  @Override
  public String toString() {
    return bytes()
        + " bytes in "
        + buffers.size()
        + " buffers, "
        + bytesWithoutReuse()
        + " without reuse; at the peak "
        + peak();
  }

  Map<Area, Long> sizes() {
    return sizes;
  }

  Location location(Operand operand) {
    Location location = locations.get(operand);
    if (location == null) {
      throw new IllegalArgumentException("not an operand of this program: " + operand);
    }
    return location;
  }

  Area area(Buffer buffer) {
    return new Area(buffer.dataType, buffer.last == program.instructions().size());
  }

  List<Buffer> scratch(int instruction) {
    return scratch.getOrDefault(instruction, List.of());
  }

  List<Buffer> buffers() {
    return buffers;
  }

  private void resolveViews() {
    for (Operand operand : program.operands()) {
      roots[operand.id()] = operand;
      lastUses[operand.id()] = -1;
    }
    List<Instruction> instructions = program.instructions();
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      for (Operand input : instruction.inputs()) {
        lastUses[roots[input.id()].id()] = i;
      }
      OptionalLong offset = Views.offset(instruction);
      for (Operand output : instruction.outputs()) {
        lastUses[output.id()] = i;
      }
      if (offset.isPresent()) {
        Operand input = instruction.input(0);
        roots[instruction.output().id()] = roots[input.id()];
        viewOffsets[instruction.output().id()] = viewOffsets[input.id()] + offset.getAsLong();
      }
    }
    Set<Operand> kept = new HashSet<>(program.outputs().values());
    kept.addAll(program.gradients().values());
    if (program.loss() != null) {
      kept.add(program.loss());
    }
    for (Operand operand : kept) {
      lastUses[roots[operand.id()].id()] = instructions.size();
    }
  }

  private void makeBuffers() {
    for (Operand operand : program.operands()) {
      if (needsStaging(operand)) {
        locations.put(
            operand, Location.in(buffer(operand.type(), -1, lastUses[operand.id()], false)));
      } else if (!operand.isResult()) {
        locations.put(operand, Location.of(operand));
      }
    }
    List<Instruction> instructions = program.instructions();
    for (int i = 0; i < instructions.size(); i++) {
      Instruction instruction = instructions.get(i);
      if (Views.offset(instruction).isPresent()) {
        Operand output = instruction.output();
        locations.put(output, location(roots[output.id()]).at(viewOffsets[output.id()]));
        continue;
      }
      makeBuffers(instruction, i);
    }
  }

  private void makeBuffers(Instruction instruction, int at) {
    for (Operand output : instruction.outputs()) {
      Buffer taken = output == instruction.output() ? dyingInput(instruction, at) : null;
      if (taken != null) {
        taken.last = lastUses[output.id()];
        locations.put(output, Location.in(taken));
      } else {
        locations.put(output, Location.in(buffer(output.type(), at, lastUses[output.id()], false)));
      }
    }
    List<Buffer> needed = new ArrayList<>();
    for (TensorType type : kernels.workspaces(instruction)) {
      needed.add(buffer(type, at, at, true));
    }
    scratch.put(at, needed);
  }

  private @Nullable Buffer dyingInput(Instruction instruction, int at) {
    Operand output = instruction.output();
    for (int j = 0; j < instruction.inputs().size(); j++) {
      Operand input = instruction.input(j);
      Location location = location(input);
      Buffer buffer = location.buffer();
      if (buffer != null
          && buffer.last == at
          && location.offset() == 0
          && buffer.length == output.shape().length()
          && input.shape().equals(output.shape())
          && input.dataType() == output.dataType()
          && kernels.inPlace(instruction, j)
          && aloneOrInPlace(instruction, j, buffer)) {
        return buffer;
      }
    }
    return null;
  }

  /**
   * Other inputs in the same buffer must be the same elements and be allowed to be overwritten too.
   */
  private boolean aloneOrInPlace(Instruction instruction, int input, Buffer buffer) {
    for (int k = 0; k < instruction.inputs().size(); k++) {
      if (k != input && location(instruction.input(k)).buffer() == buffer) {
        boolean same = instruction.input(k).shape().equals(instruction.input(input).shape());
        if (!same || !kernels.inPlace(instruction, k)) {
          return false;
        }
      }
    }
    return true;
  }

  private Buffer buffer(TensorType type, int first, int last, boolean scratchOnly) {
    Buffer buffer = new Buffer(type.dataType(), type.shape().length(), first, last, scratchOnly);
    buffers.add(buffer);
    return buffer;
  }

  private void placeBuffers() {
    List<Buffer> order = new ArrayList<>(buffers);
    order.sort(Comparator.comparingLong(Buffer::extent).reversed().thenComparingInt(b -> b.first));
    Map<Area, List<Buffer>> placed = new LinkedHashMap<>();
    for (Buffer buffer : order) {
      List<Buffer> others = placed.computeIfAbsent(area(buffer), t -> new ArrayList<>());
      long offset = 0;
      for (Buffer other : others) { // sorted by offset
        if (buffer.meets(other)) {
          if (offset + buffer.extent() <= other.offset) {
            break;
          }
          offset = Math.max(offset, other.offset + other.extent());
        }
      }
      buffer.offset = offset;
      int index = 0;
      while (index < others.size() && others.get(index).offset <= offset) {
        index++;
      }
      others.add(index, buffer);
      sizes.merge(area(buffer), offset + buffer.extent(), Math::max);
    }
  }

  /**
   * Inputs are copied in at every run; so are graph arrays that change between runs and do not lie
   * in c order.
   */
  static boolean needsStaging(Operand operand) {
    if (operand.origin() instanceof Origin.Input) {
      return true;
    }
    if (operand.origin() instanceof Origin.Trainable) {
      return !isPlain(((Origin.Trainable) operand.origin()).array());
    }
    return operand.origin() instanceof Origin.Constant
        && ((Origin.Constant) operand.origin()).live()
        && !isPlain(((Origin.Constant) operand.origin()).array());
  }

  static boolean isPlain(INDArray array) {
    return array.ordering() == 'c' && Shape.hasDefaultStridesForShape(array);
  }
}
