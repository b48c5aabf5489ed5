/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** AdamW with the constants of torch, the same for everything that is measured. */
final class Update {
  private static final float RATE = 1e-3f;
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;
  private static final float DECAY = 0.01f;

  private final Map<String, float[]> means = new LinkedHashMap<>();
  private final Map<String, float[]> squares = new LinkedHashMap<>();
  private int steps;

  void apply(Map<String, INDArray> trainable, Map<String, INDArray> gradients) {
    steps++;
    float rate = (float) (RATE / (1 - Math.pow(BETA1, steps)));
    float correction = (float) Math.sqrt(1 - Math.pow(BETA2, steps));
    trainable.forEach(
        (name, array) -> {
          int length = (int) array.length();
          float[] mean = means.computeIfAbsent(name, key -> new float[length]);
          float[] square = squares.computeIfAbsent(name, key -> new float[length]);
          FloatBuffer weights = floats(array);
          FloatBuffer gradient = floats(Objects.requireNonNull(gradients.get(name), name));
          for (int i = 0; i < length; i++) {
            float g = gradient.get(i);
            mean[i] += (1 - BETA1) * (g - mean[i]);
            square[i] += (1 - BETA2) * (g * g - square[i]);
            float root = (float) Math.sqrt(square[i]) / correction + EPSILON;
            weights.put(i, weights.get(i) * (1 - RATE * DECAY) - rate * mean[i] / root);
          }
        });
  }

  /** The memory of a contiguous array. */
  private static FloatBuffer floats(INDArray array) {
    FloatPointer pointer = new FloatPointer(array.data().addressPointer());
    return pointer.capacity(array.length()).asBuffer();
  }
}
