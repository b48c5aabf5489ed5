/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine;

import java.util.List;

/**
 * What lowering left in pieces: composites it did not recognise and ops it can only hand to ND4J.
 *
 * @param findings each place, in the order of the program; empty when everything was recognised
 */
public record LoweringReport(List<Finding> findings) {

  /** What kind of place it is. */
  public enum Kind {
    /** A layer norm or RMS norm that is computed op by op. */
    DECOMPOSED_NORM,
    /** An activation that is computed op by op, such as an error function outside a GELU. */
    DECOMPOSED_ACTIVATION,
    /** A softmax between two matrix products that was not recognised as attention. */
    UNMATCHED_ATTENTION,
    /** An op without an instruction of its own: forward only, run by ND4J. */
    OPAQUE_OP
  }

  /**
   * One place.
   *
   * @param kind what kind of place
   * @param node name of the node
   * @param detail the op, or why it was not recognised
   */
  public record Finding(Kind kind, String node, String detail) {
    @Override
    public String toString() {
      return kind + " at '" + node + "': " + detail;
    }
  }

  /**
   * Makes a report.
   *
   * @param findings each place
   */
  public LoweringReport {
    findings = List.copyOf(findings);
  }

  /**
   * Whether everything was recognised.
   *
   * @return true if there is no finding
   */
  public boolean isEmpty() {
    return findings.isEmpty();
  }
}
