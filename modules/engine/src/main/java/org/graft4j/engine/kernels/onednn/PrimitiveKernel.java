/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.engine.kernels.onednn;

import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.javacpp.Pointer;
import org.graft4j.engine.kernels.Binding;
import org.graft4j.engine.kernels.Kernel;
import org.graft4j.engine.kernels.Run;

/** A primitive with its arguments: a run is one native call that allocates nothing. */
final class PrimitiveKernel implements Kernel {
  private final Owned owned = new Owned();
  private final dnnl_primitive handle;
  private final dnnl_exec_arg_t arguments;
  private final int count;
  private final String name;

  PrimitiveKernel(
      String name, primitive_desc_base descriptor, List<Argument> arguments, Binding binding) {
    this.name = name;
    this.handle = owned.add(new primitive(descriptor.get())).get();
    this.count = arguments.size();
    this.arguments = owned.add(new dnnl_exec_arg_t(count));
    for (int i = 0; i < count; i++) {
      Argument argument = arguments.get(i);
      Pointer address = argument.address(binding);
      memory place = owned.add(new memory(argument.form(), OneDnn.engine(), address));
      this.arguments.position(i).arg(argument.id()).memory(place.get());
    }
    this.arguments.position(0);
  }

  @Override
  public void run(Run run) {
    int status = dnnl.dnnl_primitive_execute(handle, OneDnn.stream(), count, arguments);
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN could not run " + name + ": status " + status);
    }
  }

  @Override
  public void close() {
    owned.close();
  }
}
