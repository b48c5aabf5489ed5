/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import org.jspecify.annotations.Nullable;

/**
 * The angles by which pairs of features turn from one position to the next.
 *
 * @param perPosition the angles, one for each pair
 * @param factor what cosines and sines are multiplied by
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RotaryFrequencies(float[] perPosition, double factor) {

  /**
   * Reads how a model scales its positions: {@code rope_parameters}, or {@code rope_theta} and
   * {@code rope_scaling} of older files; the types default, linear and llama3.
   *
   * @param config the configuration
   * @param features how many features of a head are rotated
   * @return the frequencies
   * @throws ModelException if the type is another one
   */
  public static RotaryFrequencies of(ModelConfig config, int features) throws ModelException {
    ModelConfig parameters = config.object("rope_parameters");
    ModelConfig scaling = parameters == null ? config.object("rope_scaling") : parameters;
    double older = config.number(config.present("rope_theta", "rotary_emb_base"), 10_000);
    double theta = parameters == null ? older : parameters.number("rope_theta", older);
    double[] angles = new double[features / 2];
    for (int i = 0; i < angles.length; i++) {
      angles[i] = 1 / (float) Math.pow(theta, 2.0 * i / features);
    }
    return new RotaryFrequencies(scaled(angles, scaling), 1);
  }

  /**
   * Reads how a model scales its positions, where {@code partial_rotary_factor} tells which share
   * of a head's features is rotated.
   *
   * @param config the configuration
   * @param features the number of features of a head
   * @param otherwise the share where the file names none
   * @return the frequencies
   * @throws ModelException if the share is none, or the type is not known
   */
  public static RotaryFrequencies partial(ModelConfig config, int features, double otherwise)
      throws ModelException {
    ModelConfig parameters = config.object("rope_parameters");
    ModelConfig in =
        parameters != null && parameters.has("partial_rotary_factor") ? parameters : config;
    double share = in.number("partial_rotary_factor", otherwise);
    int rotated = (int) (features * share);
    if (rotated < 2 || rotated > features || rotated % 2 != 0) {
      throw in.wrong("partial_rotary_factor", "must leave an even part of " + features);
    }
    return of(config, rotated);
  }

  private static float[] scaled(double[] angles, @Nullable ModelConfig scaling)
      throws ModelException {
    String type = scaling == null ? "default" : type(scaling);
    float[] result = new float[angles.length];
    for (int i = 0; i < angles.length; i++) {
      if (scaling == null || type.equals("default")) {
        result[i] = (float) angles[i];
      } else if (type.equals("linear")) {
        result[i] = (float) (angles[i] / scaling.number("factor", 1));
      } else if (type.equals("llama3")) {
        result[i] = (float) llama3(angles[i], scaling);
      } else {
        throw scaling.wrong(
            scaling.has("rope_type") ? "rope_type" : "type",
            "is not supported; known are default, linear, llama3");
      }
    }
    return result;
  }

  private static String type(ModelConfig scaling) throws ModelException {
    return scaling.text("rope_type", scaling.text("type", "default"));
  }

  /** Slow turns are slowed further, fast ones stay, those in between are blended. */
  private static double llama3(double angle, ModelConfig scaling) throws ModelException {
    double factor = scaling.number("factor", 8);
    double low = scaling.number("low_freq_factor", 1);
    double high = scaling.number("high_freq_factor", 4);
    double length = scaling.number("original_max_position_embeddings", 8192);
    double turns = length * angle / (2 * Math.PI);
    if (turns < low) {
      return angle / factor;
    }
    if (turns > high) {
      return angle;
    }
    double share = (turns - low) / (high - low);
    return (1 - share) * angle / factor + share * angle;
  }
}
