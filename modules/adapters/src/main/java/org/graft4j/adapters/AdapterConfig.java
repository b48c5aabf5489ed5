/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.adapters;

import java.util.List;

/** Says which method is grafted, where, and with which numbers; immutable. */
public interface AdapterConfig {

  /**
   * Returns the name PEFT gives the method.
   *
   * @return a name such as {@code LORA}
   */
  String peftType();

  /**
   * Returns the layers that are adapted.
   *
   * @return the choice of layers
   */
  Targets targets();

  /**
   * Returns the modules of the base that are trained as copies and saved with the adapter.
   *
   * @return module paths or their last segments; empty if there are none
   */
  List<String> modulesToSave();

  /**
   * Returns the rewrite that these numbers describe.
   *
   * @return the method
   */
  AdapterMethod method();
}
