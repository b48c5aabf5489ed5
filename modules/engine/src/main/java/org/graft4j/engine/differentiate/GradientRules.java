/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.differentiate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.CompareKind;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.UnaryKind;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The table of gradient rules. Rules of matrix products and of ops that move elements stand in
 * their own classes.
 */
final class GradientRules {
  private static final Map<Class<? extends Op>, GradientRule> RULES = new LinkedHashMap<>();

  static {
    RULES.put(Op.MatMul.class, new MatMulRule());
    RULES.put(Op.Binary.class, GradientRules::binary);
    RULES.put(Op.Unary.class, GradientRules::unary);
    RULES.put(Op.PowScalar.class, GradientRules::powScalar);
    RULES.put(Op.LeakyRelu.class, GradientRules::leakyRelu);
    RULES.put(Op.Elu.class, GradientRules::elu);
    RULES.put(Op.Clip.class, GradientRules::clip);
    RULES.put(Op.LayerNorm.class, GradientRules::layerNorm);
    RULES.put(Op.RmsNorm.class, GradientRules::rmsNorm);
    RULES.put(Op.Softmax.class, GradientRules::softmax);
    RULES.put(Op.Attention.class, GradientRules::attention);
    RULES.put(Op.LogSoftmax.class, GradientRules::logSoftmax);
    RULES.put(Op.CrossEntropy.class, GradientRules::crossEntropy);
    RULES.put(Op.Select.class, GradientRules::select);
    RULES.put(Op.Cast.class, GradientRules::cast);
    RULES.put(
        Op.Dropout.class,
        (i, dy, tape) -> tape.give(i.input(0), tape.multiply(dy, i.outputs().get(1))));
    MovementRules.register((BiConsumer<Class<? extends Op>, GradientRule>) RULES::put);
  }

  private GradientRules() {}

  static @Nullable GradientRule find(Op op) {
    if (op instanceof Op.Reduce reduce && !MovementRules.hasRule(reduce)) {
      return null;
    }
    return RULES.get(op.getClass());
  }

  private static void binary(Instruction i, Operand dy, Tape tape) {
    Operand a = i.input(0);
    Operand b = i.input(1);
    boolean wantsA = tape.wants(a);
    boolean wantsB = tape.wants(b);
    switch (((Op.Binary) i.op()).kind()) {
      case ADD -> {
        tape.give(a, dy);
        tape.give(b, dy);
      }
      case SUB -> {
        tape.give(a, dy);
        if (wantsB) {
          tape.give(b, tape.unary(UnaryKind.NEG, tape.reduceTo(dy, b.shape())));
        }
      }
      case MUL -> {
        if (wantsA) {
          tape.give(a, tape.multiply(dy, b));
        }
        if (wantsB) {
          tape.give(b, tape.multiply(dy, a));
        }
      }
      case DIV -> {
        if (wantsA) {
          tape.give(a, tape.binary(BinaryKind.DIV, dy, b));
        }
        if (wantsB) {
          Operand t = tape.binary(BinaryKind.DIV, tape.multiply(dy, i.output()), b);
          tape.give(b, tape.unary(UnaryKind.NEG, tape.reduceTo(t, b.shape())));
        }
      }
      case MAX -> choose(a, b, tape.add(new Op.Compare(CompareKind.GE), a, b), dy, tape);
      case MIN -> choose(a, b, tape.add(new Op.Compare(CompareKind.LE), a, b), dy, tape);
      case POW -> {
        if (wantsA) {
          Operand slope =
              tape.binary(BinaryKind.POW, a, tape.binary(BinaryKind.SUB, b, tape.scalar(b, 1)));
          tape.give(a, tape.multiply(tape.multiply(dy, b), slope));
        }
        if (wantsB) {
          tape.give(b, tape.multiply(tape.multiply(dy, i.output()), tape.unary(UnaryKind.LOG, a)));
        }
      }
    }
  }

  /** dy goes to a where the condition holds, otherwise to b. */
  private static void choose(Operand a, Operand b, Operand condition, Operand dy, Tape tape) {
    Operand zero = tape.scalar(dy, 0);
    if (tape.wants(a)) {
      tape.give(a, tape.add(new Op.Select(), condition, dy, zero));
    }
    if (tape.wants(b)) {
      tape.give(b, tape.add(new Op.Select(), condition, zero, dy));
    }
  }

  private static void unary(Instruction i, Operand dy, Tape tape) {
    Operand x = i.input(0);
    UnaryKind kind = ((Op.Unary) i.op()).kind();
    Operand dx =
        switch (kind.derivative()) {
          case OF_INPUT -> tape.add(new Op.UnaryGrad(kind), x, dy);
          case OF_OUTPUT -> tape.add(new Op.UnaryGrad(kind), i.output(), dy);
          case ZERO -> tape.fill(x, 0);
          case OTHER -> other(kind, i, dy, tape);
        };
    tape.give(x, dx);
  }

  private static Operand other(UnaryKind kind, Instruction i, Operand dy, Tape tape) {
    return switch (kind) {
      case NEG -> tape.unary(UnaryKind.NEG, dy);
      case ABS -> tape.multiply(dy, tape.unary(UnaryKind.SIGN, i.input(0)));
      case EXP -> tape.multiply(dy, i.output());
      case LOG -> tape.binary(BinaryKind.DIV, dy, i.input(0));
      default -> throw new IllegalStateException("no gradient rule for " + kind);
    };
  }

  private static void powScalar(Instruction i, Operand dy, Tape tape) {
    double exponent = ((Op.PowScalar) i.op()).exponent();
    Operand slope = tape.scale(tape.add(new Op.PowScalar(exponent - 1), i.input(0)), exponent);
    tape.give(i.input(0), tape.multiply(dy, slope));
  }

  private static void leakyRelu(Instruction i, Operand dy, Tape tape) {
    Operand x = i.input(0);
    Operand positive = tape.add(new Op.Compare(CompareKind.GT), x, tape.scalar(x, 0));
    Operand scaled = tape.scale(dy, ((Op.LeakyRelu) i.op()).slope());
    tape.give(x, tape.add(new Op.Select(), positive, dy, scaled));
  }

  /** The slope of the negative side, alpha·eˣ, is y + alpha. */
  private static void elu(Instruction i, Operand dy, Tape tape) {
    Operand x = i.input(0);
    Operand positive = tape.add(new Op.Compare(CompareKind.GT), x, tape.scalar(x, 0));
    Operand slope =
        tape.binary(BinaryKind.ADD, i.output(), tape.scalar(x, ((Op.Elu) i.op()).alpha()));
    tape.give(x, tape.add(new Op.Select(), positive, dy, tape.multiply(dy, slope)));
  }

  private static void clip(Instruction i, Operand dy, Tape tape) {
    Operand x = i.input(0);
    Operand unchanged = tape.add(new Op.Compare(CompareKind.EQ), x, i.output());
    tape.give(x, tape.add(new Op.Select(), unchanged, dy, tape.scalar(x, 0)));
  }

  private static void layerNorm(Instruction i, Operand dy, Tape tape) {
    Operand x = i.input(0);
    Operand mean = i.outputs().get(1);
    Operand variance = i.outputs().get(2);
    double epsilon = ((Op.LayerNorm) i.op()).epsilon();
    boolean wantsShift = i.inputs().size() == 3 && tape.wants(i.input(2));
    if (tape.wants(i.input(1)) || wantsShift) {
      List<Operand> grads =
          tape.addAll(new Op.LayerNormParameterGrad(epsilon), List.of(dy, x, mean, variance));
      tape.give(i.input(1), grads.get(0));
      if (wantsShift) {
        tape.give(i.input(2), grads.get(1));
      }
    }
    if (tape.wants(x)) {
      tape.give(x, tape.add(new Op.LayerNormGrad(epsilon), dy, x, i.input(1), mean, variance));
    }
  }

  private static void rmsNorm(Instruction i, Operand dy, Tape tape) {
    Operand x = i.input(0);
    Operand meanSquare = i.outputs().get(1);
    double epsilon = ((Op.RmsNorm) i.op()).epsilon();
    if (tape.wants(i.input(1))) {
      tape.give(i.input(1), tape.add(new Op.RmsNormParameterGrad(epsilon), dy, x, meanSquare));
    }
    if (tape.wants(x)) {
      tape.give(x, tape.add(new Op.RmsNormGrad(epsilon), dy, x, i.input(1), meanSquare));
    }
  }

  private static void softmax(Instruction i, Operand dy, Tape tape) {
    tape.give(
        i.input(0), tape.add(new Op.SoftmaxGrad(((Op.Softmax) i.op()).axis()), dy, i.output()));
  }

  private static void attention(Instruction i, Operand dy, Tape tape) {
    if (i.inputs().size() == 4 && tape.wants(i.input(3))) {
      throw new IllegalArgumentException(
          "the mask of a fused attention cannot be trained (node '" + i.origin() + "')");
    }
    List<Operand> operands = new ArrayList<>(List.of(dy));
    operands.addAll(i.inputs());
    List<Operand> gradients =
        tape.addAll(new Op.AttentionGrad(((Op.Attention) i.op()).scale()), operands);
    for (int k = 0; k < gradients.size(); k++) {
      tape.give(i.input(k), gradients.get(k));
    }
  }

  private static void logSoftmax(Instruction i, Operand dy, Tape tape) {
    tape.give(
        i.input(0),
        tape.add(new Op.LogSoftmaxGrad(((Op.LogSoftmax) i.op()).axis()), dy, i.output()));
  }

  private static void crossEntropy(Instruction i, Operand dy, Tape tape) {
    Operand logits = i.input(0);
    Operand labels = i.input(1);
    if (tape.wants(logits)) {
      tape.give(logits, tape.add(new Op.CrossEntropyGrad(), dy, i.output(), logits, labels));
    }
    if (tape.wants(labels)) {
      Operand column = tape.reshape(dy, labels.shape().with(-1, 1));
      Operand logs = tape.add(new Op.LogSoftmax(labels.shape().rank() - 1), logits);
      tape.give(labels, tape.unary(UnaryKind.NEG, tape.multiply(logs, column)));
    }
  }

  private static void select(Instruction i, Operand dy, Tape tape) {
    choose(i.input(1), i.input(2), i.input(0), dy, tape);
  }

  private static void cast(Instruction i, Operand dy, Tape tape) {
    DataType from = i.input(0).dataType();
    tape.give(i.input(0), tape.add(new Op.Cast(from), dy));
  }
}
