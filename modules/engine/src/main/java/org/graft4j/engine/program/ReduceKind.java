/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.program;

/** What elements along reduced axes are put together by. */
public enum ReduceKind {
  /** Their sum. */
  SUM,
  /** Their mean. */
  MEAN,
  /** The largest. */
  MAX,
  /** The smallest. */
  MIN,
  /** Their product. */
  PROD
}
