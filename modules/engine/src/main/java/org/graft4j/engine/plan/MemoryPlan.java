/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.program.TensorType;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where every operand and every scratch array of a program lies.
 *
 * <p>Views share the memory of what they look at; an element-wise result takes the memory of an
 * operand that dies there, when the kernel allows it. What is left is put, largest first, at the
 * lowest place that nothing alive at the same time takes. One arena for each element type, and one
 * more for what is handed out.
 */
public final class MemoryPlan implements AutoCloseable {
  /*
   * Three passes: last uses are found, a view's counting for its root; buffers are made in program order, taking over a
   * dying input where allowed; buffers get offsets.
   */
  private final Program program;
  private final List<UnboundKernel> kernels = new ArrayList<>();
  private final Set<Operand> kept;
  private final Layouts layouts;
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

  private MemoryPlan(Program program, Kernels set) {
    this.program = program;
    this.kept = program.kept();
    this.layouts = Layouts.of(program, set, kept);
    this.lastUses = new int[program.operands().size()];
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
    boolean made = false;
    try {
      plan.prepare(kernels);
      plan.findLastUses();
      plan.makeBuffers();
      plan.placeBuffers();
      made = true;
    } finally {
      if (!made) {
        plan.close();
      }
    }
    return plan;
  }

  private void prepare(Kernels set) {
    for (int i = 0; i < program.instructions().size(); i++) {
      Instruction instruction = program.instructions().get(i);
      kernels.add(
          runs(i) ? set.prepare(instruction, layouts.layout(instruction)) : binding -> run -> {});
    }
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

  /** Whether an instruction computes something; others are views or have empty results. */
  boolean runs(int instruction) {
    return layouts.runs(instruction);
  }

  /** What will run an instruction; bound by the caller before this is closed. */
  UnboundKernel kernel(int instruction) {
    return kernels.get(instruction);
  }

  /** Lets go of the kernels, once they are bound or will not be; where everything lies stays. */
  @Override
  public void close() {
    kernels.forEach(UnboundKernel::close);
    kernels.clear();
  }

  private Operand root(Operand operand) {
    return layouts.of(operand).root();
  }

  private void findLastUses() {
    Arrays.fill(lastUses, -1);
    List<Instruction> instructions = program.instructions();
    for (int i = 0; i < instructions.size(); i++) {
      for (Operand input : instructions.get(i).inputs()) {
        lastUses[root(input).id()] = i;
      }
      for (Operand output : instructions.get(i).outputs()) {
        lastUses[root(output).id()] = i;
      }
    }
    for (Operand operand : kept) {
      lastUses[root(operand).id()] = instructions.size();
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
      for (Operand output : instructions.get(i).outputs()) {
        makeBuffer(output, instructions.get(i), i);
      }
      if (runs(i)) {
        List<Buffer> needed = new ArrayList<>();
        for (TensorType type : kernels.get(i).workspaces()) {
          needed.add(buffer(type, i, i, true));
        }
        scratch.put(i, needed);
      }
    }
  }

  /** Finds a place for a result; a view's memory may have to be made before its root is reached. */
  private void makeBuffer(Operand output, Instruction instruction, int at) {
    Operand root = root(output);
    if (!locations.containsKey(root)) {
      boolean mayTake = output == instruction.output() && root == output && runs(at);
      Buffer taken = mayTake ? dyingInput(instruction, at) : null;
      if (taken != null) {
        taken.last = lastUses[root.id()];
      } else {
        taken = buffer(root.type(), at, lastUses[root.id()], false);
      }
      locations.put(root, Location.in(taken));
    }
    if (root != output) {
      locations.put(output, location(root).seen(layouts.of(output)));
    }
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
          && location.strides() == null
          && buffer.length == output.shape().length()
          && input.shape().equals(output.shape())
          && input.dataType() == output.dataType()
          && kernels.get(at).inPlace(j)
          && aloneOrInPlace(instruction, j, at)) {
        return buffer;
      }
    }
    return null;
  }

  /**
   * Other inputs in the same buffer must be the same elements and be allowed to be overwritten too.
   */
  private boolean aloneOrInPlace(Instruction instruction, int input, int at) {
    Location taken = location(instruction.input(input));
    for (int k = 0; k < instruction.inputs().size(); k++) {
      Location other = location(instruction.input(k));
      if (k != input && other.buffer() == taken.buffer()) {
        boolean same =
            other.equals(taken)
                && instruction.input(k).shape().equals(instruction.input(input).shape());
        if (!same || !kernels.get(at).inPlace(k)) {
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
    if (array.ordering() != 'c') {
      return false;
    }
    long stride = 1;
    for (int axis = array.rank() - 1; axis >= 0; axis--) {
      if (array.stride(axis) != stride) {
        return false;
      }
      stride *= array.size(axis);
    }
    return true;
  }
}
