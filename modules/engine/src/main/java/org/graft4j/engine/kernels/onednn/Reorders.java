/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import com.google.common.primitives.ImmutableLongArray;
import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.graft4j.engine.kernels.Layout;
import org.graft4j.engine.program.Instruction;
import org.graft4j.engine.program.Op;
import org.graft4j.engine.program.Shape;
import org.graft4j.engine.program.TensorType;

/** Copies between arrays that lie in different ways. */
final class Reorders {
  private Reorders() {}

  static PreparedPrimitive permute(Op.Permute op, Instruction instruction) {
    ImmutableLongArray from = Layout.contiguous(instruction.input(0).shape());
    long[] strides = op.axes().stream().mapToLong(from::get).toArray();
    Shape shape = instruction.output().shape();
    Owned owned = new Owned();
    memory.desc x = owned.add(OneDnn.floats(shape.toArray(), strides));
    memory.desc y = owned.add(OneDnn.floats(shape));
    return copy(
        op.name(),
        Argument.input(dnnl.DNNL_ARG_FROM, x, 0),
        Argument.output(dnnl.DNNL_ARG_TO, y, 0),
        List.of(),
        owned);
  }

  /** Copies what the first argument describes into what the second one does. */
  static PreparedPrimitive copy(
      String name, Argument from, Argument to, List<TensorType> workspaces, Owned owned) {
    return new PreparedPrimitive(
        name,
        new reorder.primitive_desc(
            OneDnn.engine(),
            from.form(),
            OneDnn.engine(),
            to.form(),
            PreparedPrimitive.attributes(owned),
            false),
        List.of(from, to),
        workspaces,
        Set.of(),
        owned);
  }
}
