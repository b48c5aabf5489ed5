/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

/**
 * Thrown inside the importer when a node uses a known operator in a form that is not supported; the
 * message completes "op 'X' is not supported: …".
 */
final class UnsupportedForm extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedForm(String reason) {
    super(reason);
  }
}
