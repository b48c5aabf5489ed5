/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.checkpoint;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an adapter's config holds beside the numbers of its method.
 *
 * @param baseModel the name or path of the base model, as PEFT's {@code base_model_name_or_path}
 * @param taskType PEFT's {@code task_type}, such as {@code FEATURE_EXTRACTION}; null for a model
 *     that is no task model of PEFT
 * @param others further entries of the config by key, as plain JSON values (text, numbers,
 *     booleans, null, lists, maps): keys that this library does not know, and known ones that do
 *     not change what an adapter computes
 */
public record PeftMetadata(
    @Nullable String baseModel, @Nullable String taskType, Map<String, @Nullable Object> others) {

  /**
   * Copies the map.
   *
   * @param baseModel the name or path of the base model
   * @param taskType PEFT's task type
   * @param others further entries of the config
   */
  public PeftMetadata {
    others = Collections.unmodifiableMap(new TreeMap<>(others));
  }

  /**
   * Returns metadata that says nothing.
   *
   * @return the metadata of an adapter that was made here
   */
  public static PeftMetadata none() {
    return new PeftMetadata(null, null, Map.of());
  }

  /**
   * Names the base model.
   *
   * @param name its name on the hub, or a path
   * @return this with the name
   */
  public PeftMetadata withBaseModel(String name) {
    return new PeftMetadata(name, taskType, others);
  }

  /**
   * Sets PEFT's task type.
   *
   * @param type a type such as {@code SEQ_CLS}
   * @return this with the type
   */
  public PeftMetadata withTaskType(String type) {
    return new PeftMetadata(baseModel, type, others);
  }
}
