/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import static org.graft4j.engine.lower.Site.one;

import java.util.ArrayList;
import java.util.List;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.UnaryKind;
import org.graft4j.graph.roles.Activation;
import org.graft4j.graph.roles.Norm;
import org.graft4j.graph.roles.Role;

/** Turns a composite that the roles recognised into one instruction. */
final class CompositeRules {
  private CompositeRules() {}

  /** The inputs of the site are those of the role: of a norm input, γ and perhaps β. */
  static List<Term> lower(Site site, Role role) {
    if (role instanceof Norm norm) {
      return norm(site, norm);
    }
    if (role instanceof Activation activation) {
      return one(site.add(new Op.Unary(kind(activation.kind())), site.operand(0)));
    }
    throw new IllegalStateException("no instruction for " + role);
  }

  private static List<Term> norm(Site site, Norm norm) {
    Operand x = site.operand(0);
    Shape parameter = Shape.of(x.shape().size(-1));
    List<Operand> operands = new ArrayList<>();
    operands.add(x);
    for (int i = 1; i < site.arity(); i++) {
      operands.add(site.reshape(site.operand(i), parameter));
    }
    if (norm.kind() == Norm.Kind.LAYER) {
      return one(site.addAll(new Op.LayerNorm(norm.epsilon()), operands).get(0));
    }
    Operand result = site.addAll(new Op.RmsNorm(norm.epsilon()), operands.subList(0, 2)).get(0);
    if (operands.size() > 2) {
      result = site.add(new Op.Binary(BinaryKind.ADD), result, operands.get(2));
    }
    return one(result);
  }

  private static UnaryKind kind(Activation.Kind kind) {
    return switch (kind) {
      case RELU -> UnaryKind.RELU;
      case GELU_ERF -> UnaryKind.GELU_ERF;
      case GELU_TANH -> UnaryKind.GELU_TANH;
      case QUICK_GELU -> UnaryKind.QUICK_GELU;
      case SILU -> UnaryKind.SILU;
      case TANH -> UnaryKind.TANH;
      case SIGMOID -> UnaryKind.SIGMOID;
    };
  }
}
