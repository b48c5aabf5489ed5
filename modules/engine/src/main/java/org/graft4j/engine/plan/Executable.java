/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.plan;

import com.google.common.primitives.ImmutableLongArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.bytedeco.javacpp.Pointer;
import org.graft4j.engine.kernels.ArrayViews;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.Kernels;
import org.graft4j.engine.kernels.Run;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;
import org.graft4j.engine.program.Program;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A program bound to memory and kernels: a run copies the inputs in and calls the kernels one after
 * the other.
 *
 * <p>Not thread-safe. Frozen and trained arrays are those of the graph, so that changes made to
 * them in place are seen by the next run.
 */
public final class Executable implements AutoCloseable {
  private static final boolean ON_CPU = Nd4j.getBackend().getEnvironment().isCPU();

  private final Program program;
  private final MemoryPlan memory;
  private final Map<MemoryPlan.Area, INDArray> kept = new LinkedHashMap<>();
  private final Arenas arenas;
  private final boolean alone;
  private final INDArray[] arrays;
  private final List<Input> inputs = new ArrayList<>();
  private final List<Staged> staged = new ArrayList<>();
  private final List<Kernel> kernels = new ArrayList<>();
  private final List<Instruction> bound = new ArrayList<>();
  private int generation;
  private boolean closed;

  /** Where what is given for a placeholder goes. */
  private record Input(String name, Operand operand, INDArray to, Pointer address) {}

  /** A graph array that changes between runs and has to be copied to be contiguous. */
  private record Staged(INDArray from, INDArray to) {}

  private Executable(Program program, Kernels kernels, Arenas arenas, boolean alone) {
    this.program = program;
    this.arenas = arenas;
    this.alone = alone;
    this.memory = MemoryPlan.of(program, kernels);
    this.arrays = new INDArray[program.operands().size()];
  }

  /**
   * Makes a program ready to run in memory of its own.
   *
   * @param program the program
   * @param kernels the kernel set
   * @return the bound program, to be closed
   */
  public static Executable of(Program program, Kernels kernels) {
    return of(program, kernels, new Arenas(), true);
  }

  /**
   * Makes a program ready to run in memory that others use too, at other times.
   *
   * @param program the program
   * @param kernels the kernel set
   * @param arenas the memory; what a run leaves there is lost when another runs, but for outputs,
   *     gradients and the loss
   * @return the bound program, to be closed before the memory
   */
  public static Executable of(Program program, Kernels kernels, Arenas arenas) {
    return of(program, kernels, arenas, false);
  }

  @SuppressWarnings("try") // the scope is only closed
  private static Executable of(Program program, Kernels kernels, Arenas arenas, boolean alone) {
    Executable executable = new Executable(program, kernels, arenas, alone);
    boolean made = false;
    try (MemoryWorkspace detached = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      executable.allocate();
      executable.bind();
      made = true;
    } finally {
      executable.memory.close();
      if (!made) {
        executable.close();
      }
    }
    return executable;
  }

  /**
   * Tells whether the memory has moved since this was made, so that it must not run again.
   *
   * @return true when it has to be made anew
   */
  public boolean isStale() {
    return generation != arenas.generation();
  }

  /**
   * Runs the program.
   *
   * @param given an array for each input of the program, by name, of its shape; element types are
   *     converted
   * @param seed decides the dropout masks; without one nothing is dropped
   * @throws IllegalArgumentException when an input is missing or has another shape
   * @throws IllegalStateException when this is closed
   */
  public void run(Map<String, INDArray> given, OptionalLong seed) {
    copyIn(given);
    Run run = seed.isPresent() ? new Run(seed) : Run.WITHOUT_DROPOUT;
    for (int i = 0; i < kernels.size(); i++) {
      kernels.get(i).run(run);
    }
  }

  /**
   * Returns an output of the last run.
   *
   * @param name its name in the program
   * @return a view, valid until the next run
   * @throws IllegalArgumentException when the program has no such output
   */
  public INDArray output(String name) {
    return array(name, program.outputs(), "output");
  }

  /**
   * Returns a gradient of the last run.
   *
   * @param trainable the trainable's name
   * @return a view, valid until the next run
   * @throws IllegalArgumentException when the program has no such gradient
   */
  public INDArray gradient(String trainable) {
    return array(trainable, program.gradients(), "gradient");
  }

  /**
   * Returns the loss of the last run.
   *
   * @return the loss
   * @throws IllegalStateException when the program has none
   */
  public double loss() {
    Operand loss = program.loss();
    if (loss == null) {
      throw new IllegalStateException("the program has no loss");
    }
    return arrays[loss.id()].getDouble(0);
  }

  /**
   * Returns the program that is run.
   *
   * @return the program
   */
  public Program program() {
    return program;
  }

  /**
   * Returns where everything lies.
   *
   * @return the memory plan
   */
  public MemoryPlan memory() {
    return memory;
  }

  /**
   * Returns the number of kernels that a run calls; views are not among them.
   *
   * @return the number
   */
  public int kernelCount() {
    return kernels.size();
  }

  /**
   * Runs the program and measures each kernel.
   *
   * @param given the inputs
   * @param seed decides the dropout masks
   * @return nanoseconds by instruction, in the order of the program; views are not among them
   * @throws IllegalArgumentException as {@link #run}
   */
  public Map<Instruction, Long> profile(Map<String, INDArray> given, OptionalLong seed) {
    copyIn(given);
    Run run = seed.isPresent() ? new Run(seed) : Run.WITHOUT_DROPOUT;
    Map<Instruction, Long> times = new LinkedHashMap<>();
    for (int i = 0; i < kernels.size(); i++) {
      long start = System.nanoTime();
      kernels.get(i).run(run);
      times.put(bound.get(i), System.nanoTime() - start);
    }
    return times;
  }

  /** Frees the memory of the plan at once, except that of arrays handed out: it goes with them. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (Kernel kernel : kernels) {
      kernel.close();
    }
    if (alone) {
      arenas.close();
    }
  }

  private void allocate() {
    arenas.require(memory.sizes());
    generation = arenas.generation();
    memory
        .sizes()
        .forEach(
            (area, length) -> {
              if (area.kept()) {
                kept.put(area, Arena.of(area.dataType(), Math.max(1, length), true).array());
              }
            });
    Map<Operand, INDArray> contiguous = new LinkedHashMap<>();
    for (Operand operand : program.operands()) {
      Location location = memory.location(operand);
      Operand external = location.external();
      arrays[operand.id()] =
          external == null
              ? view(location, operand)
              : externalView(
                  contiguous.computeIfAbsent(external, Executable::contiguous), location, operand);
      Origin origin = operand.origin();
      if (origin instanceof Origin.Input input) {
        INDArray to = arrays[operand.id()];
        Pointer address = to.isEmpty() ? new Pointer() : to.data().addressPointer();
        inputs.add(new Input(input.name(), operand, to, address));
      } else if (external == null && MemoryPlan.needsStaging(operand)) {
        staged.add(new Staged(graphArray(operand), arrays[operand.id()]));
      }
    }
  }

  private void bind() {
    List<Instruction> instructions = program.instructions();
    for (int i = 0; i < instructions.size(); i++) {
      if (memory.runs(i)) {
        UnboundKernel unbound = memory.kernel(i);
        kernels.add(unbound.bind(binding(instructions.get(i), unbound, memory.scratch(i))));
        bound.add(instructions.get(i));
      }
    }
  }

  private Binding binding(Instruction instruction, UnboundKernel kernel, List<Buffer> buffers) {
    List<INDArray> scratch = new ArrayList<>();
    for (int j = 0; j < buffers.size(); j++) {
      long[] shape = kernel.workspaces().get(j).shape().toArray();
      scratch.add(create(buffers.get(j), 0, shape, null));
    }
    return new Binding(
        instruction.inputs().stream().map(o -> arrays[o.id()]).toList(),
        instruction.outputs().stream().map(o -> arrays[o.id()]).toList(),
        scratch);
  }

  private void copyIn(Map<String, INDArray> given) {
    if (closed || isStale()) {
      throw new IllegalStateException("the plan is closed");
    }
    for (int i = 0; i < inputs.size(); i++) { // a loop over the list would make an iterator
      Input input = inputs.get(i);
      copyIn(input, given.get(input.name));
    }
    for (int i = 0; i < staged.size(); i++) {
      staged.get(i).to.assign(staged.get(i).from);
    }
  }

  private static void copyIn(Input input, @Nullable INDArray array) {
    if (array == null) {
      throw new IllegalArgumentException(
          "no array is given for placeholder '"
              + input.name
              + "'; it takes "
              + input.operand.type());
    }
    if (!Arrays.equals(array.shape(), input.to.shape())) {
      throw new IllegalArgumentException(
          "placeholder '"
              + input.name
              + "' takes "
              + input.operand.type()
              + " in this plan: "
              + Arrays.toString(array.shape()));
    }
    if (!array.isEmpty()) {
      copy(array, input);
    }
  }

  /** Copies an array; where it lies as it should, without the garbage that ND4J's copy makes. */
  private static void copy(INDArray from, Input input) {
    DataType type = input.operand.dataType();
    if (ON_CPU && from.dataType() == type && MemoryPlan.isPlain(from)) {
      Pointer.memcpy(input.address, from.data().addressPointer(), from.length() * type.width());
    } else {
      input.to.assign(from);
    }
  }

  private INDArray view(Location location, Operand operand) {
    Buffer buffer = location.buffer();
    if (buffer == null) {
      throw new IllegalStateException("no memory is planned for " + operand);
    }
    return create(buffer, location.offset(), operand.shape().toArray(), location.strides());
  }

  private INDArray create(
      Buffer buffer, long offset, long[] shape, @Nullable ImmutableLongArray strides) {
    MemoryPlan.Area area = memory.area(buffer);
    INDArray own = kept.get(area);
    INDArray arena = own == null ? arenas.array(area) : own;
    return view(arena, buffer.offset + offset, shape, strides);
  }

  private static INDArray externalView(INDArray array, Location location, Operand operand) {
    long[] shape = operand.shape().toArray();
    return location.strides() == null && Arrays.equals(shape, array.shape())
        ? array
        : view(array, location.offset(), shape, location.strides());
  }

  private static INDArray view(
      INDArray of, long offset, long[] shape, @Nullable ImmutableLongArray strides) {
    return strides == null
        ? ArrayViews.contiguous(of, offset, shape)
        : ArrayViews.strided(of, offset, shape, strides.toArray());
  }

  /** The array of the graph itself, or a copy when it is frozen and does not lie in c order. */
  private static INDArray contiguous(Operand external) {
    INDArray array = graphArray(external);
    return MemoryPlan.isPlain(array) ? array : array.dup('c');
  }

  private static INDArray graphArray(Operand operand) {
    return operand.origin() instanceof Origin.Trainable
        ? ((Origin.Trainable) operand.origin()).array()
        : ((Origin.Constant) operand.origin()).array();
  }

  private INDArray array(String name, Map<String, Operand> among, String what) {
    Operand operand = among.get(name);
    if (operand == null) {
      throw new IllegalArgumentException(
          "the plan has no " + what + " '" + name + "'; it has " + among.keySet());
    }
    return arrays[operand.id()];
  }
}
