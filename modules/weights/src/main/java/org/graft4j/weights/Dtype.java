/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The element types of a safetensors file that ND4J can hold. The order is the reference library's:
 * it lays tensors out by descending type, so that every tensor is aligned.
 */
enum Dtype implements Encoding {
  BOOL(DataType.BOOL, 1),
  U8(DataType.UINT8, 1),
  I8(DataType.INT8, 1),
  I16(DataType.INT16, 2),
  U16(DataType.UINT16, 2),
  F16(DataType.FLOAT16, 2),
  BF16(DataType.BFLOAT16, 2),
  I32(DataType.INT32, 4),
  U32(DataType.UINT32, 4),
  F32(DataType.FLOAT, 4),
  F64(DataType.DOUBLE, 8),
  I64(DataType.INT64, 8),
  U64(DataType.UINT64, 8);

  static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  final DataType type;
  final int bytes;

  Dtype(DataType type, int bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  static Optional<Dtype> named(String name) {
    return Arrays.stream(values()).filter(d -> d.name().equals(name)).findFirst();
  }

  static Optional<Dtype> of(DataType type) {
    return Arrays.stream(values()).filter(d -> d.type == type).findFirst();
  }

  @Override
  public DataType type() {
    return type;
  }

  @Override
  public int blockLength() {
    return 1;
  }

  @Override
  public int blockBytes() {
    return bytes;
  }

  @Override
  public void decode(byte[] from, int blocks, float[] to) {
    switch (this) {
      case F16 -> {
        for (int i = 0; i < blocks; i++) {
          to[i] = half(from, 2 * i);
        }
      }
      case BF16 -> {
        for (int i = 0; i < blocks; i++) {
          to[i] = Float.intBitsToFloat((short) SHORTS.get(from, 2 * i) << 16);
        }
      }
      case F32 -> {
        for (int i = 0; i < blocks; i++) {
          to[i] = Float.intBitsToFloat((int) INTS.get(from, 4 * i));
        }
      }
      case F64 -> {
        for (int i = 0; i < blocks; i++) {
          to[i] = (float) Double.longBitsToDouble((long) LONGS.get(from, 8 * i));
        }
      }
      default -> throw new IllegalArgumentException("not a floating-point type: " + this);
    }
  }

  /** The value of the IEEE 754 half at a byte of an array. */
  static float half(byte[] bytes, int at) {
    return Float.intBitsToFloat(bitsOfHalf((short) SHORTS.get(bytes, at)));
  }

  /** The bits of the 32-bit float with the value of an IEEE 754 half. */
  static int bitsOfHalf(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >> 10 & 0x1f;
    int fraction = half & 0x3ff;
    if (exponent == 0x1f) {
      return sign | 0x7f800000 | fraction << 13;
    }
    if (exponent != 0) {
      return sign | (exponent + 112) << 23 | fraction << 13;
    }
    return sign | Float.floatToRawIntBits(fraction * 0x1p-24f);
  }
}
