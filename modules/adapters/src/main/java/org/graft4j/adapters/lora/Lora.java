/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters.lora;

import static java.util.Objects.requireNonNull;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.regex.Pattern;
import org.graft4j.adapters.AdapterMethod;
import org.graft4j.adapters.Graft;
import org.graft4j.adapters.lora.LoraConfig.Bias;
import org.graft4j.adapters.lora.LoraConfig.Initialisation;
import org.graft4j.graph.Value;
import org.graft4j.graph.roles.Linear;
import org.graft4j.graph.roles.Norm;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** LoRA's rewrite; the package description draws it. */
record Lora(LoraConfig config) implements AdapterMethod {

  private static final String A = "lora_A.weight";
  private static final String B = "lora_B.weight";

  @Override
  public void graft(Graft graft) {
    for (Linear site : graft.sites()) {
      String path = site.path();
      DataType type = site.product().dataType();
      int rank = rank(path);
      SDVariable a = graft.parameter(path, A, () -> initialA(path, type, rank, site.inFeatures()));
      SDVariable b = graft.parameter(path, B, () -> initialB(path, type, rank, site.outFeatures()));
      SDVariable gate = graft.gate(path, type);
      SDVariable x = graft.dropout(path, site.matmulInput().variable(), config.dropout());
      SDVariable down = multiply(graft, graft.op(path, "down"), x, a);
      SDVariable up = multiply(graft, graft.op(path, "up"), down, b);
      String scaled = graft.op(path, "scale");
      graft.addToProduct(site, graft.editor().op(scaled, sd -> up.mul(gate)));
    }
  }

  @Override
  public void train(Graft graft) {
    if (config.bias() == Bias.NONE) {
      return;
    }
    for (Linear linear : graft.roles().linears()) {
      boolean adapted = graft.sites().stream().anyMatch(s -> s.path().equals(linear.path()));
      if (adapted || config.bias() == Bias.ALL) {
        train(graft, linear.path(), adapted ? "base_layer.bias" : "bias", linear.bias());
      }
    }
    if (config.bias() == Bias.ALL) {
      for (Norm norm : graft.roles().norms()) {
        train(graft, norm.path(), "bias", norm.beta());
      }
    }
  }

  @Override
  public INDArray fold(
      Linear site, INDArray weight, Map<String, INDArray> parameters, double scale) {
    INDArray a = requireNonNull(parameters.get(A)).castTo(weight.dataType());
    INDArray b = requireNonNull(parameters.get(B)).castTo(weight.dataType());
    return b.mmul(a).muli(scale).addi(weight);
  }

  @Override
  public double scale(String path) {
    double alpha = find(config.alphaPattern(), path, config.alpha());
    int rank = rank(path);
    return config.rsLora() ? alpha / Math.sqrt(rank) : alpha / rank;
  }

  private int rank(String path) {
    return find(config.rankPattern(), path, config.rank());
  }

  /** Returns the value of the first pattern that a path, or its end behind a dot, matches. */
  private static <T> T find(Map<String, T> patterns, String path, T otherwise) {
    for (Map.Entry<String, T> entry : patterns.entrySet()) {
      if (Pattern.matches("(.*\\.)?(" + entry.getKey() + ")", path)) {
        return entry.getValue();
      }
    }
    return otherwise;
  }

  /** Returns {@code x wᵀ}. */
  private static SDVariable multiply(Graft graft, String op, SDVariable x, SDVariable w) {
    return graft.editor().op(op, sd -> sd.mmul(x, w, false, true, false));
  }

  private static void train(Graft graft, String path, String suffix, @Nullable Value bias) {
    if (bias != null && bias.isStored()) {
      graft.train(path, suffix, bias);
    }
  }

  private INDArray initialA(String path, DataType type, int rank, long in) {
    SplittableRandom random = random(path, A);
    if (config.initialisation() == Initialisation.GAUSSIAN) {
      return fill(type, rank, in, () -> random.nextGaussian() / rank);
    }
    return uniform(random, type, rank, in, in);
  }

  private INDArray initialB(String path, DataType type, int rank, long out) {
    return config.initialisation() == Initialisation.NONE
        ? uniform(random(path, B), type, out, rank, rank)
        : Nd4j.zeros(type, out, rank);
  }

  /** Returns numbers as torch starts a linear layer: uniform in ±1/√(input features). */
  private static INDArray uniform(
      SplittableRandom random, DataType type, long rows, long columns, long features) {
    double bound = 1 / Math.sqrt((double) features);
    return fill(type, rows, columns, () -> bound * (2 * random.nextDouble() - 1));
  }

  private static INDArray fill(DataType type, long rows, long columns, DoubleSupplier numbers) {
    float[] drawn = new float[Math.toIntExact(rows * columns)];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = (float) numbers.getAsDouble();
    }
    return Nd4j.createFromArray(drawn).reshape('c', rows, columns).castTo(type);
  }

  /** Each array has its own stream, so that it does not depend on which others there are. */
  private SplittableRandom random(String path, String suffix) {
    long key =
        Hashing.murmur3_128().hashString(path + "." + suffix, StandardCharsets.UTF_8).asLong();
    return new SplittableRandom(config.seed() ^ key);
  }
}
