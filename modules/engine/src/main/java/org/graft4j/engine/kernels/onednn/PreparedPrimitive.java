/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc_base;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.UnboundKernel;
import org.graft4j.engine.program.TensorType;
import org.nd4j.linalg.api.buffer.DataType;

/** A primitive whose arguments have no memory yet. */
final class PreparedPrimitive implements UnboundKernel {
  private final String name;
  private final primitive_desc_base descriptor;
  private final List<Argument> arguments;
  private final List<TensorType> workspaces;
  private final Set<Integer> inPlace;
  private final Owned owned;

  /**
   * Takes a primitive whose scratchpad is given at each run.
   *
   * @param name of the instruction, for messages
   * @param descriptor the primitive
   * @param arguments its arguments but the scratchpad
   * @param workspaces scratch arrays that the arguments name
   * @param inPlace inputs whose memory the first output may take
   * @param owned holds everything native, freed with this
   */
  PreparedPrimitive(
      String name,
      primitive_desc_base descriptor,
      List<Argument> arguments,
      List<TensorType> workspaces,
      Set<Integer> inPlace,
      Owned owned) {
    this.name = name;
    this.descriptor = owned.add(descriptor);
    this.arguments = new ArrayList<>(arguments);
    this.workspaces = new ArrayList<>(workspaces);
    this.inPlace = inPlace;
    this.owned = owned;
    memory.desc scratchpad = owned.add(descriptor.scratchpad_desc());
    long bytes = scratchpad.get_size();
    if (bytes > 0) {
      this.arguments.add(
          Argument.workspace(dnnl.DNNL_ARG_SCRATCHPAD, scratchpad, workspaces.size()));
      this.workspaces.add(TensorType.of(DataType.FLOAT, (bytes + Float.BYTES - 1) / Float.BYTES));
    }
  }

  /** Attributes of primitives that are given their scratchpad. */
  static primitive_attr attributes(Owned owned) {
    primitive_attr attributes = owned.add(new primitive_attr());
    attributes.set_scratchpad_mode(dnnl.dnnl_scratchpad_mode_user);
    return attributes;
  }

  @Override
  public List<TensorType> workspaces() {
    return workspaces;
  }

  @Override
  public boolean inPlace(int input) {
    return inPlace.contains(input);
  }

  @Override
  public Kernel bind(Binding binding) {
    return new PrimitiveKernel(name, descriptor, arguments, binding);
  }

  @Override
  public void close() {
    owned.close();
  }
}
