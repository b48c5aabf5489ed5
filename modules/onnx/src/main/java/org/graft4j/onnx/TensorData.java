/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies stored tensors into arrays. Half-precision numbers become FLOAT; infinities, which
 * exported graphs use as attention masks, become the largest finite numbers, because the arithmetic
 * that replaces {@code Where} would turn them into NaN.
 */
final class TensorData {
  private static final long LARGEST_MASK = 1 << 22;

  private TensorData() {}

  static INDArray array(String file, OnnxTensor tensor) {
    ElementType element = ElementType.of(tensor.type());
    if (element == null) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: tensor '%s' has an element type that is not supported: %d",
              file,
              tensor.name(),
              tensor.type()));
    }
    long count = 1;
    for (long size : tensor.shape()) {
      count *= size;
    }
    if (count == 0) {
      return Nd4j.create(element.becomes(), tensor.shape());
    }
    if (count > Integer.MAX_VALUE) {
      throw new OnnxFormatException(
          String.format(
              Locale.ROOT,
              "%s: tensor '%s' is too large: %d elements",
              file,
              tensor.name(),
              count));
    }
    ByteBuffer bytes = tensor.bytes();
    if (bytes != null) {
      return fromBytes(
          element, tensor.shape(), bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN), (int) count);
    }
    INDArray array = Nd4j.createUninitialized(element.becomes(), tensor.shape(), 'c');
    INDArray flat = array.rank() == 0 ? array.reshape(1) : array.reshape(count);
    for (int i = 0; i < count; i++) {
      if (tensor.floats() != null) {
        flat.putScalar(i, tensor.floats()[i]);
      } else if (tensor.doubles() != null) {
        flat.putScalar(i, tensor.doubles()[i]);
      } else if (tensor.integers() != null) {
        putLong(flat, i, tensor.integers()[i]);
      }
    }
    return array;
  }

  private static INDArray fromBytes(
      ElementType element, long[] shape, ByteBuffer bytes, int count) {
    if (element == ElementType.FLOAT) {
      float[] values = new float[count];
      bytes.asFloatBuffer().get(values);
      return Nd4j.create(values, shape, 'c');
    }
    if (element == ElementType.FLOAT16 || element == ElementType.BFLOAT16) {
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = toFloat(element, bytes.getShort(i * 2));
      }
      return Nd4j.create(values, shape, 'c');
    }
    INDArray array = Nd4j.createUninitialized(element.becomes(), shape, 'c');
    ByteBuffer target =
        array.data().pointer().capacity(count).asByteBuffer().order(ByteOrder.nativeOrder());
    for (int i = 0; i < count; i++) {
      switch (element.size()) {
        case 1 ->
            target.put(i, element == ElementType.BOOL && bytes.get(i) != 0 ? 1 : bytes.get(i));
        case 2 -> target.putShort(i * 2, bytes.getShort(i * 2));
        case 4 -> target.putInt(i * 4, bytes.getInt(i * 4));
        default -> target.putLong(i * 8, bytes.getLong(i * 8));
      }
    }
    Nd4j.getAffinityManager().tagLocation(array, AffinityManager.Location.HOST);
    return array;
  }

  private static void putLong(INDArray flat, int index, long value) {
    if (flat.dataType() == DataType.INT64) {
      flat.data().put(index, value);
    } else {
      flat.putScalar(index, (double) (int) value);
    }
  }

  /** Copies a stored tensor, with infinities made finite. */
  static INDArray finite(String file, OnnxTensor tensor) {
    INDArray array = array(file, tensor);
    if (array.dataType() == DataType.FLOAT && array.length() <= LARGEST_MASK && !array.isEmpty()) {
      INDArray flat = array.reshape(array.length());
      for (long i = 0; i < flat.length(); i++) {
        float value = flat.getFloat(i);
        if (Float.isInfinite(value)) {
          flat.putScalar(i, Math.copySign(Float.MAX_VALUE, value));
        }
      }
    }
    return array;
  }

  /** Returns the number that the low 16 (or, for FLOAT, 32) bits stand for. */
  static float toFloat(ElementType element, int bits) {
    if (element == ElementType.FLOAT) {
      return Float.intBitsToFloat(bits);
    }
    if (element == ElementType.BFLOAT16) {
      return Float.intBitsToFloat(bits << 16);
    }
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      return (sign == 0 ? 1 : -1) * fraction * 0x1p-24f;
    }
    if (exponent == 31) {
      return Float.intBitsToFloat(sign | 0x7f800000 | (fraction << 13));
    }
    return Float.intBitsToFloat(sign | ((exponent + 112) << 23) | (fraction << 13));
  }
}
