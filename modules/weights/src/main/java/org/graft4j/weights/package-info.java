/**
 * Tensors in files: safetensors, read by position and written atomically; GGUF, read and
 * dequantised. Nothing else.
 */
@NullMarked
package org.graft4j.weights;

import org.jspecify.annotations.NullMarked;
