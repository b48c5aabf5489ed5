/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.lower;

import static org.graft4j.engine.lower.Site.one;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.graft4j.engine.program.BinaryKind;
import org.graft4j.engine.program.CompareKind;
import org.graft4j.engine.program.LogicKind;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Operand;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.UnaryKind;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.ScalarOp;

/** Rules for ops that work element by element. */
final class ElementwiseRules {
  private ElementwiseRules() {}

  static void addTo(Map<String, Rule> rules) {
    arithmetic(rules);
    comparisons(rules);
    functions(rules);
    rules.put("Where", ElementwiseRules::where);
    rules.put("select", ElementwiseRules::where);
    rules.put("cast", site -> one(site.cast(site.operand(0), site.declaredType())));
    Rule alias = site -> List.of(site.input(0));
    rules.put("identity", alias);
    rules.put("copy", alias);
    rules.put("gradientbackwards", alias);
    rules.put("noop", alias);
    rules.put("identity_n", site -> site.inputs());
  }

  private static void arithmetic(Map<String, Rule> rules) {
    pair(rules, BinaryKind.ADD, false, "add", "broadcastadd");
    pair(rules, BinaryKind.SUB, false, "subtract", "broadcastsub");
    pair(rules, BinaryKind.SUB, true, "reversesubtract", "broadcastrsub");
    pair(rules, BinaryKind.MUL, false, "multiply", "broadcastmul");
    pair(rules, BinaryKind.DIV, false, "divide", "realdiv", "broadcastdiv");
    pair(rules, BinaryKind.DIV, true, "reversedivide", "broadcastrdiv");
    pair(rules, BinaryKind.MAX, false, "maximum", "max_pairwise", "broadcast_max");
    pair(rules, BinaryKind.MIN, false, "minimum", "min_pairwise", "broadcast_min");
    rules.put("Pow", ElementwiseRules::power);
    rules.put("pow_pairwise", ElementwiseRules::power);
    rules.put("pow", ElementwiseRules::power);
    rules.put("biasadd", ElementwiseRules::biasAdd);
    rules.put(
        "squaredsubtract",
        site -> one(site.add(unary(UnaryKind.SQUARE), binary(site, BinaryKind.SUB))));
    rules.put("mergeadd", ElementwiseRules::sum);
    rules.put("mergesum", ElementwiseRules::sum);
    scalar(rules, BinaryKind.ADD, false, "add_scalar");
    scalar(rules, BinaryKind.SUB, false, "sub_scalar");
    scalar(rules, BinaryKind.SUB, true, "rsub_scalar");
    scalar(rules, BinaryKind.MUL, false, "mul_scalar");
    scalar(rules, BinaryKind.DIV, false, "div_scalar");
    scalar(rules, BinaryKind.DIV, true, "rdiv_scalar");
    scalar(rules, BinaryKind.MAX, false, "max_scalar");
    scalar(rules, BinaryKind.MIN, false, "scalar_min");
  }

  private static void comparisons(Map<String, Rule> rules) {
    compare(rules, CompareKind.EQ, "equals", "broadcast_equalto", "equals_scalar");
    compare(rules, CompareKind.NE, "not_equals", "broadcast_notequal", "notequals_scalar");
    compare(rules, CompareKind.LT, "less", "broadcast_lessthan", "lessthan_scalar");
    compare(
        rules, CompareKind.LE, "less_equal", "broadcast_lessthanorequal", "lessthanorequal_scalar");
    compare(rules, CompareKind.GT, "greater", "broadcast_greaterthan", "greaterthan_scalar");
    compare(
        rules,
        CompareKind.GE,
        "greater_equal",
        "broadcast_greaterthanorequal",
        "greaterthanorequal_scalar");
    logic(rules, LogicKind.AND, "boolean_and", "and");
    logic(rules, LogicKind.OR, "boolean_or", "or");
    logic(rules, LogicKind.XOR, "boolean_xor", "xor");
    Rule not = site -> one(site.add(new Op.Logic(LogicKind.NOT), truth(site, site.operand(0))));
    rules.put("boolean_not", not);
    rules.put("bool_not", not);
  }

  private static void functions(Map<String, Rule> rules) {
    function(rules, UnaryKind.NEG, "neg");
    function(rules, UnaryKind.ABS, "abs");
    function(rules, UnaryKind.EXP, "exp");
    function(rules, UnaryKind.LOG, "log");
    function(rules, UnaryKind.SQRT, "sqrt");
    function(rules, UnaryKind.RSQRT, "rsqrt");
    function(rules, UnaryKind.RECIPROCAL, "Reciprocal");
    function(rules, UnaryKind.SQUARE, "square");
    function(rules, UnaryKind.TANH, "tanh");
    function(rules, UnaryKind.SIGMOID, "sigmoid");
    function(rules, UnaryKind.ERF, "erf");
    function(rules, UnaryKind.SIN, "sin");
    function(rules, UnaryKind.COS, "cos");
    // what SameDiff calls GELU is x · sigmoid(1.702 x)
    function(rules, UnaryKind.QUICK_GELU, "gelu");
    function(rules, UnaryKind.SILU, "swish");
    function(rules, UnaryKind.SOFTPLUS, "softplus");
    function(rules, UnaryKind.FLOOR, "floor");
    function(rules, UnaryKind.CEIL, "ceil");
    function(rules, UnaryKind.ROUND, "rint");
    function(rules, UnaryKind.SIGN, "sign");
    rules.put("relu", ElementwiseRules::relu);
    rules.put("relu6", site -> one(site.add(new Op.Clip(0, 6), site.operand(0))));
    rules.put(
        "leakyrelu", site -> one(site.add(new Op.LeakyRelu(number(site, 0.01)), site.operand(0))));
    rules.put("elu", site -> one(site.add(new Op.Elu(site.real(0, 1)), site.operand(0))));
    rules.put("hardtanh", site -> one(site.add(new Op.Clip(-1, 1), site.operand(0))));
    rules.put(
        "ClipByValue",
        site -> one(site.add(new Op.Clip(site.real(0, 0), site.real(1, 0)), site.operand(0))));
    rules.put(
        "hard_sigmoid",
        site -> {
          Operand scaled = withScalar(site, BinaryKind.MUL, site.operand(0), 0.2);
          return one(site.add(new Op.Clip(0, 1), withScalar(site, BinaryKind.ADD, scaled, 0.5)));
        });
    rules.put(
        "oneminus",
        site -> {
          Operand x = site.operand(0);
          return one(site.add(new Op.Binary(BinaryKind.SUB), site.scalar(x.dataType(), 1), x));
        });
    rules.put(
        "cube",
        site -> {
          Operand x = site.operand(0);
          return one(
              site.add(new Op.Binary(BinaryKind.MUL), x, site.add(unary(UnaryKind.SQUARE), x)));
        });
    rules.put(
        "mish",
        site -> {
          Operand x = site.operand(0);
          Operand gate = site.add(unary(UnaryKind.TANH), site.add(unary(UnaryKind.SOFTPLUS), x));
          return one(site.add(new Op.Binary(BinaryKind.MUL), x, gate));
        });
    rules.put(
        "logsigmoid",
        site -> {
          Operand negative = site.add(unary(UnaryKind.NEG), site.operand(0));
          return one(site.add(unary(UnaryKind.NEG), site.add(unary(UnaryKind.SOFTPLUS), negative)));
        });
  }

  static Op unary(UnaryKind kind) {
    return new Op.Unary(kind);
  }

  static Operand withScalar(Site site, BinaryKind kind, Operand x, double value) {
    return site.add(new Op.Binary(kind), x, site.scalar(x.dataType(), value));
  }

  private static Operand binary(Site site, BinaryKind kind) {
    DataType type = site.declaredType();
    return site.add(
        new Op.Binary(kind), site.cast(site.operand(0), type), site.cast(site.operand(1), type));
  }

  private static void pair(
      Map<String, Rule> rules, BinaryKind kind, boolean reversed, String... ops) {
    for (String op : ops) {
      // those with "broadcast" in their name count axes from the front when they name some
      boolean byAxes = op.startsWith("broadcast");
      rules.put(
          op,
          site -> {
            DataType type = site.declaredType();
            Operand a = site.cast(site.operand(0), type);
            Operand b = site.cast(site.operand(1), type);
            if (byAxes) {
              b = alongAxes(site, a, b);
            }
            return one(site.add(new Op.Binary(kind), reversed ? b : a, reversed ? a : b));
          });
    }
  }

  private static Operand alongAxes(Site site, Operand a, Operand b) {
    int[] axes = site.function().getDimensions();
    if (axes == null || axes.length == 0 || b.shape().rank() == a.shape().rank()) {
      return b;
    }
    long[] sizes = new long[a.shape().rank()];
    Arrays.fill(sizes, 1);
    for (int i = 0; i < axes.length; i++) {
      int axis = Site.axis(axes[i], sizes.length);
      sizes[axis] = a.shape().size(axis);
    }
    return site.reshape(b, Shape.of(sizes));
  }

  private static void scalar(
      Map<String, Rule> rules, BinaryKind kind, boolean reversed, String op) {
    rules.put(
        op,
        site -> {
          DataType type = site.declaredType();
          Operand x = site.cast(site.operand(0), type);
          Operand scalar = scalarOperand(site, type);
          return one(site.add(new Op.Binary(kind), reversed ? scalar : x, reversed ? x : scalar));
        });
  }

  /** The scalar that an op holds, or its second input. */
  private static Operand scalarOperand(Site site, DataType type) {
    return site.arity() > 1 ? site.cast(site.operand(1), type) : site.scalar(type, number(site, 0));
  }

  private static double number(Site site, double otherwise) {
    if (!(site.function() instanceof ScalarOp)) {
      return otherwise;
    }
    return ((ScalarOp) site.function()).scalar().getDouble(0);
  }

  private static List<Term> power(Site site) {
    Operand x = site.cast(site.operand(0), site.declaredType());
    Double exponent = site.arity() > 1 ? site.number(1) : Double.valueOf(number(site, 1));
    if (exponent == null) {
      return one(binary(site, BinaryKind.POW));
    }
    Op op = new Op.PowScalar(exponent);
    if (exponent == 1) {
      return one(x);
    } else if (exponent == 2) {
      op = unary(UnaryKind.SQUARE);
    } else if (exponent == 0.5) {
      op = unary(UnaryKind.SQRT);
    } else if (exponent == -0.5) {
      op = unary(UnaryKind.RSQRT);
    } else if (exponent == -1) {
      op = unary(UnaryKind.RECIPROCAL);
    }
    return one(site.add(op, x));
  }

  private static List<Term> biasAdd(Site site) {
    if (site.flag(0, false) && site.shape(0).rank() > 2) {
      throw site.unsupported("channels before rows and columns");
    }
    return one(binary(site, BinaryKind.ADD));
  }

  private static List<Term> sum(Site site) {
    Operand sum = site.operand(0);
    for (int i = 1; i < site.arity(); i++) {
      sum = site.add(new Op.Binary(BinaryKind.ADD), sum, site.operand(i));
    }
    return one(sum);
  }

  private static List<Term> relu(Site site) {
    double cutoff = number(site, 0);
    Operand x = site.operand(0);
    if (cutoff != 0) {
      return one(site.add(new Op.Clip(cutoff, Double.POSITIVE_INFINITY), x));
    }
    return one(site.add(unary(UnaryKind.RELU), x));
  }

  private static void compare(Map<String, Rule> rules, CompareKind kind, String... ops) {
    for (String op : ops) {
      rules.put(
          op,
          site -> {
            Operand a = site.operand(0);
            DataType type = a.dataType();
            if (site.arity() > 1) {
              type = wider(type, site.operand(1).dataType());
            }
            Operand result =
                site.add(new Op.Compare(kind), site.cast(a, type), scalarOperand(site, type));
            return one(site.cast(result, site.declaredType()));
          });
    }
  }

  private static DataType wider(DataType a, DataType b) {
    if (a == b || (a.isFPType() && !b.isFPType())) {
      return a;
    }
    if (b.isFPType() && !a.isFPType()) {
      return b;
    }
    return a.width() >= b.width() ? a : b;
  }

  private static void logic(Map<String, Rule> rules, LogicKind kind, String... ops) {
    for (String op : ops) {
      rules.put(
          op,
          site ->
              one(
                  site.cast(
                      site.add(
                          new Op.Logic(kind),
                          truth(site, site.operand(0)),
                          truth(site, site.operand(1))),
                      site.declaredType())));
    }
  }

  private static Operand truth(Site site, Operand x) {
    if (x.dataType() == DataType.BOOL) {
      return x;
    }
    return site.add(new Op.Compare(CompareKind.NE), x, site.scalar(x.dataType(), 0));
  }

  private static void function(Map<String, Rule> rules, UnaryKind kind, String op) {
    rules.put(
        op, site -> one(site.add(unary(kind), site.cast(site.operand(0), site.declaredType()))));
  }

  private static List<Term> where(Site site) {
    if (site.arity() != 3) {
      throw site.unsupported("the shape of its result depends on the contents of its input");
    }
    Operand condition = truth(site, site.operand(0));
    DataType type = site.declaredType();
    Operand a = site.cast(site.operand(1), type);
    Operand b = site.cast(site.operand(2), type);
    if (condition.shape().rank() == 1
        && a.shape().rank() > 1
        && condition.shape().size(0) == a.shape().size(0)) {
      // a vector chooses rows
      long[] sizes = new long[a.shape().rank()];
      Arrays.fill(sizes, 1);
      sizes[0] = condition.shape().size(0);
      condition = site.reshape(condition, Shape.of(sizes));
    }
    return one(site.add(new Op.Select(), condition, a, b));
  }
}
