/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.fuse;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Program;
import org.graft4j.engine.rewrite.Pass;
import org.graft4j.engine.rewrite.ProgramCopy;
import org.jspecify.annotations.Nullable;

/**
 * Keeps only what goes from layer to layer for the backward pass, and computes the rest of a layer
 * again when its gradients are wanted: memory for about a third more time.
 *
 * <p>A layer is what nodes of one numbered module path compute, as {@code encoder.layer.3}. The
 * last one is kept: its gradients come first. Dropout draws the same mask again. It has to be the
 * last pass, since others would find that the same is computed twice.
 *
 * <p>Chen, Xu, Zhang and Guestrin, Training Deep Nets with Sublinear Memory Cost, arXiv:1604.06174.
 */
public final class LayerRecomputation implements Pass {
  private static final Pattern LAYER = Pattern.compile("^(.*?[./]|)(\\d+)[./]");

  /** Makes the pass. */
  public LayerRecomputation() {}

  @Override
  public Program apply(Program program) {
    Operand loss = program.loss();
    return loss == null || program.gradients().isEmpty()
        ? program
        : new Layers(program, loss).recomputed();
  }

  private static final class Layers {
    private final Program program;
    private final Uses uses;
    private final int backward;
    private final List<@Nullable String> layers = new ArrayList<>();
    private final Map<String, Set<Integer>> repeated = new HashMap<>();
    private final Map<Operand, Operand> again = new HashMap<>();
    private final Set<String> done = new HashSet<>();

    Layers(Program program, Operand loss) {
      this.program = program;
      this.uses = new Uses(program);
      this.backward = uses.position(loss) + 1;
      String last = null;
      for (int i = 0; i < backward; i++) {
        Matcher matcher = LAYER.matcher(program.instructions().get(i).origin());
        String layer = matcher.find() ? matcher.group() : null;
        layers.add(layer);
        last = layer == null ? last : layer;
      }
      for (int i = backward; i < program.instructions().size(); i++) {
        for (Operand input : program.instructions().get(i).inputs()) {
          String layer = droppedIn(input);
          if (layer != null && !layer.equals(last)) {
            require(input, repeated.computeIfAbsent(layer, key -> new HashSet<>()));
          }
        }
      }
    }

    /** The layer whose inner value this is; null for what is kept. */
    private @Nullable String droppedIn(Operand operand) {
      int position = uses.position(operand);
      String layer = position < 0 || position >= backward ? null : layers.get(position);
      if (layer == null || uses.isKept(operand)) {
        return null;
      }
      for (Instruction reader : uses.readers(operand)) {
        int at = uses.position(reader.output());
        if (at < backward && !layer.equals(layers.get(at))) {
          return null;
        }
      }
      return layer;
    }

    private void require(Operand operand, Set<Integer> positions) {
      if (droppedIn(operand) != null && positions.add(uses.position(operand))) {
        Instruction producer = program.instructions().get(uses.position(operand));
        producer.inputs().forEach(input -> require(input, positions));
      }
    }

    Program recomputed() {
      return ProgramCopy.of(
          program,
          (instruction, inputs, copy) -> {
            if (uses.position(instruction.output()) < backward) {
              return null;
            }
            for (Operand input : instruction.inputs()) {
              String layer = droppedIn(input);
              if (layer != null && repeated.containsKey(layer) && done.add(layer)) {
                repeat(layer, copy);
              }
            }
            return copy.addAll(instruction.origin(), instruction.op(), current(instruction, copy));
          });
    }

    private void repeat(String layer, ProgramCopy copy) {
      for (int position : repeated.getOrDefault(layer, Set.of()).stream().sorted().toList()) {
        Instruction instruction = program.instructions().get(position);
        List<Operand> outputs =
            copy.repeat(instruction.origin(), instruction.op(), current(instruction, copy));
        for (int i = 0; i < outputs.size(); i++) {
          again.put(instruction.outputs().get(i), outputs.get(i));
        }
      }
    }

    /** The inputs as they were computed last; what goes from layer to layer is there still. */
    private List<Operand> current(Instruction instruction, ProgramCopy copy) {
      List<Operand> operands = new ArrayList<>();
      for (Operand input : instruction.inputs()) {
        Operand second = droppedIn(input) == null ? null : again.get(input);
        operands.add(second == null ? copy.map(input) : second);
      }
      return operands;
    }
  }
}
