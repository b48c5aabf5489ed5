/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.graft4j.engine.plan.Executable;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Origin;

/**
 * What takes the memory of a plan, in bytes.
 *
 * <p>Inputs, activations and scratch are those at the moment when most is taken.
 *
 * @param weights frozen arrays of the graph, shared with it and between plans
 * @param trained trained arrays of the graph, shared with it and between plans
 * @param inputs copies of the placeholders
 * @param activations results that a later instruction reads, backward ones included
 * @param gradients gradients of the trained arrays
 * @param outputs outputs and the loss
 * @param scratch arrays that a kernel needs while it runs
 * @param held what the plan holds itself, as {@link Plan#bytes()}
 */
public record PlanMemory(
    long weights,
    long trained,
    long inputs,
    long activations,
    long gradients,
    long outputs,
    long scratch,
    long held) {
  static PlanMemory of(Executable executable) {
    Set<Operand> read = new LinkedHashSet<>();
    for (Instruction instruction : executable.program().instructions()) {
      read.addAll(instruction.inputs());
    }
    Map<String, Long> peak = executable.memory().peak();
    Set<Operand> kept = new LinkedHashSet<>(executable.program().outputs().values());
    Operand loss = executable.program().loss();
    if (loss != null) {
      kept.add(loss);
    }
    return new PlanMemory(
        bytes(read.stream().filter(o -> o.origin() instanceof Origin.Constant).toList()),
        bytes(read.stream().filter(o -> o.origin() instanceof Origin.Trainable).toList()),
        peak.getOrDefault("inputs", 0L),
        peak.getOrDefault("results", 0L),
        bytes(Set.copyOf(executable.program().gradients().values())),
        bytes(kept),
        peak.getOrDefault("scratch", 0L),
        executable.memory().bytes());
  }

  private static long bytes(Collection<Operand> operands) {
    return operands.stream().mapToLong(operand -> operand.type().bytes()).sum();
  }
}
