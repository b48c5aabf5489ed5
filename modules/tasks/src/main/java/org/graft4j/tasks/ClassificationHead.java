/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.graft4j.adapters.AdaptedModule;
import org.graft4j.adapters.Graft;
import org.graft4j.graph.GraphEditor;
import org.graft4j.graph.GraphView;
import org.graft4j.graph.Value;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pooling, a linear layer and a cross entropy on top of the vectors of the tokens.
 *
 * <pre>
 * hidden [batch, length, size] ─ pool ─ pooled [batch, size] ─ matmul(weightᵀ) ─ + bias ─ logits [batch, labels] ─┐
 * labels [batch, labels], one-hot ───────────────────────────────────────────────────── softmax cross entropy ┴─ loss
 * </pre>
 *
 * Mean and last-token pooling are a product of a row of token weights with the hidden states:
 * {@code mask / sum(mask)}, or 1 at the last token and 0 elsewhere. Padding is thus left out
 * exactly. All ops have right gradients in stock SameDiff too.
 */
final class ClassificationHead implements AdaptedModule {
  static final String MODULE = "classifier";

  private final HiddenStates hidden;
  private final Pooling pooling;
  private final int labels;
  private final INDArray weight;
  private final INDArray bias;
  private volatile Names names = new Names("", "", "");

  /** Names of values in the graph. */
  record Names(String logits, String labels, String loss) {}

  ClassificationHead(
      HiddenStates hidden, Pooling pooling, int labels, long seed, Map<String, INDArray> saved) {
    this.hidden = hidden;
    this.pooling = pooling;
    this.labels = labels;
    SplittableRandom random = new SplittableRandom(seed);
    this.weight = initial(saved, "weight", random, labels, hidden.size());
    this.bias = initial(saved, "bias", random, labels);
  }

  /** As torch.nn.Linear: weight and bias uniform within 1 / sqrt(inputs). */
  private INDArray initial(
      Map<String, INDArray> saved, String suffix, SplittableRandom random, long... shape) {
    String key = MODULE + "." + suffix;
    INDArray array = saved.get(key);
    if (array != null) {
      checkArgument(
          Arrays.equals(array.shape(), shape),
          "%s must have shape %s for %s labels and token vectors of %s: %s",
          key,
          Arrays.toString(shape),
          labels,
          hidden.size(),
          Arrays.toString(array.shape()));
      return array;
    }
    checkArgument(saved.isEmpty(), "the saved head has no %s: %s", key, saved.keySet());
    double bound = 1 / Math.sqrt(hidden.size());
    float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return Nd4j.createFromArray(values).reshape(shape);
  }

  Names names() {
    return names;
  }

  @Override
  public void draw(Graft graft) {
    GraphEditor editor = graft.editor();
    GraphView view = editor.view();
    SDVariable vectors = graft.graph().getVariable(hidden.name());
    String free = view.findValue("labels").isPresent() ? "labels." + graft.adapter() : "labels";
    Names drawn = new Names(graft.op(MODULE, "logits"), free, graft.op(MODULE, "loss"));
    SDVariable pooled = pool(graft, vectors);
    SDVariable weights = graft.parameter(MODULE, "weight", () -> weight);
    SDVariable biases = graft.parameter(MODULE, "bias", () -> bias);
    SDVariable product =
        editor.op(graft.op(MODULE, "mmul"), sd -> sd.mmul(pooled, weights, false, true, false));
    SDVariable logits = editor.op(drawn.logits(), sd -> product.add(biases));
    SDVariable answers = editor.placeholder(drawn.labels(), DataType.FLOAT, -1, labels);
    SDVariable one = editor.constant(graft.op(MODULE, "one"), Nd4j.scalar(1f));
    editor.op(
        drawn.loss(),
        sd ->
            sd.loss()
                .softmaxCrossEntropy(
                    answers, logits, one, LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT, 0));
    editor.setLosses(drawn.loss());
    names = drawn;
  }

  private SDVariable pool(Graft graft, SDVariable vectors) {
    GraphEditor editor = graft.editor();
    if (pooling == Pooling.CLS) {
      return editor.op(
          graft.op(MODULE, "first"),
          sd ->
              sd.stridedSlice(
                  vectors,
                  new long[] {0, 0, 0},
                  new long[] {0, 1, 0},
                  new long[] {1, 1, 1},
                  0b101,
                  0b101,
                  0,
                  0,
                  0b010));
    }
    String name =
        TextInputs.mask(editor.view())
            .map(Value::name)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        pooling.label()
                            + " pooling needs a placeholder 'attention_mask'; use cls pooling"));
    SDVariable mask =
        editor.op(graft.op(MODULE, "mask"), sd -> sd.castTo(sd.getVariable(name), DataType.FLOAT));
    SDVariable share =
        pooling == Pooling.MEAN ? meanWeights(graft, mask) : lastWeights(graft, mask);
    SDVariable row = editor.op(graft.op(MODULE, "expand"), sd -> sd.expandDims(share, 1));
    SDVariable sum = editor.op(graft.op(MODULE, "pool"), sd -> sd.mmul(row, vectors));
    return editor.op(graft.op(MODULE, "pooled"), sd -> sd.squeeze(sum, 1));
  }

  private static SDVariable meanWeights(Graft graft, SDVariable mask) {
    GraphEditor editor = graft.editor();
    SDVariable count = editor.op(graft.op(MODULE, "count"), sd -> sd.sum(mask, true, 1));
    return editor.op(graft.op(MODULE, "share"), sd -> mask.div(count));
  }

  /** 1 where the mask is 1 and the running count of tokens has reached its end. */
  private static SDVariable lastWeights(Graft graft, SDVariable mask) {
    GraphEditor editor = graft.editor();
    SDVariable count = editor.op(graft.op(MODULE, "count"), sd -> sd.sum(mask, true, 1));
    SDVariable running =
        editor.op(graft.op(MODULE, "running"), sd -> sd.cumsum(mask, false, false, 1));
    SDVariable reached = editor.op(graft.op(MODULE, "reached"), sd -> sd.eq(running, count));
    SDVariable number =
        editor.op(graft.op(MODULE, "number"), sd -> sd.castTo(reached, DataType.FLOAT));
    return editor.op(graft.op(MODULE, "share"), sd -> number.mul(mask));
  }
}
