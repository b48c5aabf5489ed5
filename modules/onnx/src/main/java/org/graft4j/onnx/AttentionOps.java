/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Scaled dot-product attention of the standard domain (opset 23), written out: {@code
 * softmax(q·kᵀ·scale + mask)·v} on heads, with key and value heads repeated where there are fewer
 * of them than query heads.
 */
final class AttentionOps {
  private AttentionOps() {}

  static ImmutableMap<String, Translation> family() {
    return new Translation.Family().many("Attention", AttentionOps::attention).build();
  }

  private static Value[] attention(Call c) {
    if (c.optional(4) != null || c.optional(5) != null || c.optional(6) != null) {
      throw new UnsupportedForm("a key-value cache");
    }
    if (c.wants(1) || c.wants(2) || c.wants(3)) {
      throw new UnsupportedForm("its keys, values or scores are used");
    }
    if (c.number("softcap", 0) != 0) {
      throw new UnsupportedForm("a soft cap");
    }
    if (c.opset > 23 && c.optional(3) != null && c.integer("is_causal", 0) != 0) {
      throw new UnsupportedForm("a mask and is_causal together");
    }
    if (c.has("left_window_size") || c.has("right_window_size") || c.has("local_window_size")) {
      throw new UnsupportedForm("a window");
    }
    boolean joined = c.in(0).rank() == 3;
    Value query = heads(c, c.in(0), "q_num_heads");
    Value key = heads(c, c.in(1), "kv_num_heads");
    Value value = heads(c, c.in(2), "kv_num_heads");
    Dim size = query.dim(3);
    if (!size.isKnown() || !query.dim(1).isKnown() || !key.dim(1).isKnown()) {
      throw new UnsupportedForm("the number or the size of its heads is open");
    }
    key = repeated(c, key, query.dim(1).known());
    value = repeated(c, value, query.dim(1).known());
    double scale = c.has("scale") ? c.number("scale", 1) : 1 / Math.sqrt((double) size.known());
    Value scores = c.math.mul(c.products.matmul(query, key, false, true), scale);
    Value mask = mask(c, query, key);
    if (mask != null) {
      scores = c.math.add(scores, mask);
    }
    Value result = c.products.matmul(c.reductions.softmax(scores, 3), value);
    if (!joined) {
      return new Value[] {result};
    }
    Dim width = Dims.product(new Dim[] {result.dim(1), result.dim(3)});
    Value rows = c.layout.permute(result, 0, 2, 1, 3);
    return new Value[] {c.layout.reshape(rows, result.dim(0), result.dim(2), width)};
  }

  /** Splits rank 3 into heads: [batch, heads, length, size]. */
  private static Value heads(Call c, Value x, String attribute) {
    if (x.rank() == 4) {
      return x;
    }
    Dim heads = Dim.of(c.integer(attribute, 0));
    Dim size =
        x.rank() != 3 || heads.is(0)
            ? null
            : Dims.quotient(new Dim[] {x.dim(2)}, new Dim[] {heads});
    if (size == null) {
      throw new UnsupportedForm("its heads do not divide an input");
    }
    return c.layout.permute(c.layout.reshape(x, x.dim(0), x.dim(1), heads, size), 0, 2, 1, 3);
  }

  private static Value repeated(Call c, Value x, long heads) {
    long own = x.dim(1).known();
    if (own == heads) {
      return x;
    }
    Dim times = Dim.of(heads / own);
    Value wide =
        c.layout.expand(c.layout.unsqueeze(x, 2), x.dim(0), x.dim(1), times, x.dim(2), x.dim(3));
    return c.layout.reshape(wide, x.dim(0), Dim.of(heads), x.dim(2), x.dim(3));
  }

  /**
   * Returns what is added to the scores: 0 where a key is seen, half of the most negative number
   * where not. A row of the whole of it, which sees no key, would become NaN in ND4J's softmax.
   */
  private static @Nullable Value mask(Call c, Value query, Value key) {
    Value mask = c.optional(3);
    Value zero = c.writer.scalar(query.type(), 0);
    Value hidden = c.writer.scalar(query.type(), -Float.MAX_VALUE / 2);
    if (mask != null && mask.type() == DataType.BOOL) {
      mask = c.math.where(mask, zero, hidden);
    }
    if (c.integer("is_causal", 0) == 0) {
      return mask;
    }
    Value rows = c.layout.unsqueeze(c.layout.range(DataType.INT64, Dim.of(0), query.dim(2)), 1);
    Value columns = c.layout.range(DataType.INT64, Dim.of(0), key.dim(2));
    Value causal = c.math.where(c.math.lessOrEqual(columns, rows), zero, hidden);
    return mask == null ? causal : c.math.max(c.math.add(mask, causal), hidden);
  }
}
