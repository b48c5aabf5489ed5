/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.List;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.program.TensorType;

/**
 * A product that adds an operand from elsewhere, and one that adds to what its result's memory
 * holds; where the plan puts the result decides.
 */
final class PreparedMatMul implements UnboundKernel {
  private final List<UnboundKernel> variants;
  private final int summed;

  /**
   * Takes the variants.
   *
   * @param variants the product, and if an input can be summed upon, that product
   * @param summed the position of that input, −1 for none
   */
  PreparedMatMul(List<UnboundKernel> variants, int summed) {
    this.variants = List.copyOf(variants);
    this.summed = summed;
  }

  @Override
  public List<TensorType> workspaces() {
    List<TensorType> first = variants.get(0).workspaces();
    List<TensorType> last = variants.get(variants.size() - 1).workspaces();
    return PreparedSequence.bytes(first) >= PreparedSequence.bytes(last) ? first : last;
  }

  @Override
  public boolean inPlace(int input) {
    return input == summed;
  }

  @Override
  public Kernel bind(Binding binding) {
    boolean over =
        summed >= 0
            && binding.input(summed).data().addressPointer().address()
                == binding.output().data().addressPointer().address();
    return (over ? variants.get(variants.size() - 1) : variants.get(0)).bind(binding);
  }

  @Override
  public void close() {
    variants.forEach(UnboundKernel::close);
  }
}
