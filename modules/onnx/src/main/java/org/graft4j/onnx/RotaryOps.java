/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import java.util.List;

/** Rotary position embedding, as the standard (opset 23) and com.microsoft define it. */
final class RotaryOps {
  private RotaryOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family()
        .one("RotaryEmbedding", c -> rotary(c, c.in(0), c.in(1), c.in(2), c.optional(3) == null))
        .one("com.microsoft.RotaryEmbedding", c -> rotary(c, c.in(0), c.in(2), c.in(3), false))
        .build();
  }

  private static Value rotary(Call c, Value x, Value cosCache, Value sinCache, boolean ready) {
    long rotated = c.integer("rotary_embedding_dim", 0);
    if (x.rank() == 3) {
      return joined(c, x, cosCache, sinCache, ready);
    }
    if (x.rank() != 4 || !x.dim(3).isKnown()) {
      throw new UnsupportedForm("its input is not of rank 3 or 4 with known heads");
    }
    if (rotated != 0 && !x.dim(3).is(rotated)) {
      Value head = c.layout.slice(x, 3, Dim.of(0), Dim.of(rotated), 1);
      Value rest = c.layout.slice(x, 3, Dim.of(rotated), x.dim(3), 1);
      return c.layout.concat(3, List.of(turned(c, head, cosCache, sinCache, ready), rest));
    }
    return turned(c, x, cosCache, sinCache, ready);
  }

  /** Splits rank 3 into heads, turns them, and joins them again. */
  private static Value joined(Call c, Value x, Value cosCache, Value sinCache, boolean ready) {
    Dim heads = Dim.of(c.integer("num_heads", 0));
    Dim size = Dims.quotient(new Dim[] {x.dim(2)}, new Dim[] {heads});
    if (heads.is(0) || size == null) {
      throw new UnsupportedForm("the number of heads is open");
    }
    Value split =
        c.layout.permute(c.layout.reshape(x, x.dim(0), x.dim(1), heads, size), 0, 2, 1, 3);
    Value result = c.layout.permute(rotary(c, split, cosCache, sinCache, ready), 0, 2, 1, 3);
    return c.layout.reshape(result, x.dim(0), x.dim(1), x.dim(2));
  }

  private static Value turned(Call c, Value x, Value cosCache, Value sinCache, boolean ready) {
    boolean microsoft = !c.node.domain().isEmpty();
    if (microsoft && c.in(1).rank() != 2) {
      throw new UnsupportedForm("position_ids of rank " + c.in(1).rank());
    }
    Value positions = microsoft ? c.in(1) : ready ? x : c.in(3);
    Value cos = c.layout.unsqueeze(ready ? cosCache : c.layout.gather(cosCache, positions, 0), 1);
    Value sin = c.layout.unsqueeze(ready ? sinCache : c.layout.gather(sinCache, positions, 0), 1);
    Dim size = x.dim(3);
    if (!size.isKnown()) {
      throw new UnsupportedForm("the size of a head is open");
    }
    long half = size.known() / 2;
    if (c.integer("interleaved", 0) == 0) {
      Value a = c.layout.slice(x, 3, Dim.of(0), Dim.of(half), 1);
      Value b = c.layout.slice(x, 3, Dim.of(half), size, 1);
      Value first = c.math.sub(c.math.mul(a, cos), c.math.mul(b, sin));
      Value second = c.math.add(c.math.mul(a, sin), c.math.mul(b, cos));
      return c.layout.concat(3, List.of(first, second));
    }
    Value pairs = c.layout.reshape(x, x.dim(0), x.dim(1), x.dim(2), Dim.of(half), Dim.of(2));
    Value a = c.layout.slice(pairs, 4, Dim.of(0), Dim.of(1), 1);
    Value b = c.layout.slice(pairs, 4, Dim.of(1), Dim.of(2), 1);
    Value wideCos = c.layout.unsqueeze(cos, 4);
    Value wideSin = c.layout.unsqueeze(sin, 4);
    Value first = c.math.sub(c.math.mul(a, wideCos), c.math.mul(b, wideSin));
    Value second = c.math.add(c.math.mul(a, wideSin), c.math.mul(b, wideCos));
    Value turned = c.layout.concat(4, List.of(first, second));
    return c.layout.reshape(turned, x.dim(0), x.dim(1), x.dim(2), size);
  }
}
