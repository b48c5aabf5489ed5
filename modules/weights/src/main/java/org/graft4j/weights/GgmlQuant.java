/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import com.google.errorprone.annotations.Immutable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The quantised types of ggml, as {@code ggml-common.h} and {@code ggml-quants.c} of llama.cpp
 * define them. A row is cut into blocks of 32 elements, or into super-blocks of 256 with a scale
 * for each group. Fields lie in the order given; {@code d}, {@code m} are IEEE 754 halves, little
 * endian; {@code q} is an element's number as stored.
 *
 * <pre>
 *       elements bytes  fields                                             value
 * Q4_0        32    18  d, low[16]                                         d (q - 8)
 * Q4_1        32    20  d, m, low[16]                                      d q + m
 * Q5_0        32    22  d, high[4], low[16]                                d (q - 16)
 * Q5_1        32    24  d, m, high[4], low[16]                             d q + m
 * Q8_0        32    34  d, q[32]                                           d q, q signed
 * Q2_K       256    84  scales[16], q[64], d, m                            d s q - m t
 * Q3_K       256   110  high[32], low[64], scales[12], d                   d (s - 32) (q - 4)
 * Q4_K       256   144  d, m, scales[12], low[128]                         d s q - m t
 * Q5_K       256   176  d, m, scales[12], high[32], low[128]               d s q - m t
 * Q6_K       256   210  low[128], high[64], scales[16], d                  d s (q - 32), s signed
 * </pre>
 *
 * <ul>
 *   <li>Blocks of 32: byte i of {@code low} holds the low four bits of elements i (lower half) and
 *       i + 16 (upper half); bit i of {@code high} is the fifth bit of element i.
 *   <li>Q2_K: group g of 16 has s in the lower and t in the upper half of {@code scales[g]}. In
 *       each run of 128 elements, byte i of its 32 bytes holds elements i, i + 32, i + 64, i + 96,
 *       two bits each, from the lowest.
 *   <li>Q3_K: the low two bits lie as in Q2_K; bit b of {@code high[i]} is the third bit of element
 *       32 b + i. The 16 scales of six bits: their low four bits are the lower, then the upper
 *       halves of {@code scales[0..7]}; the high two bits of scale g are bits 2 (g / 4) and up of
 *       {@code scales[8 + g % 4]}.
 *   <li>Q4_K, Q5_K: group g of 32 has s and t of six bits. For g under 4 they are the low six bits
 *       of {@code scales[g]} and {@code scales[g + 4]}; from 4 on, the halves of {@code scales[g +
 *       4]} with the top two bits of {@code scales[g - 4]} and {@code scales[g]} above them. In
 *       each run of 64 elements, byte i of its 32 bytes holds elements i and i + 32. Bit b of
 *       {@code high[i]} is the fifth bit of element 32 b + i.
 *   <li>Q6_K: group g of 16 has the scale {@code scales[g]}. In each run of 128 elements, byte i of
 *       its 64 bytes of {@code low} holds elements i and i + 64; byte i of its 32 bytes of {@code
 *       high} holds the top two bits of elements i, i + 32, i + 64, i + 96, from the lowest.
 * </ul>
 */
enum GgmlQuant implements Encoding {
  Q4_0(32, 18, GgmlQuant::q4Zero),
  Q4_1(32, 20, GgmlQuant::q4One),
  Q5_0(32, 22, GgmlQuant::q5Zero),
  Q5_1(32, 24, GgmlQuant::q5One),
  Q8_0(32, 34, GgmlQuant::q8Zero),
  Q2_K(256, 84, GgmlQuant::q2),
  Q3_K(256, 110, GgmlQuant::q3),
  Q4_K(256, 144, GgmlQuant::q4),
  Q5_K(256, 176, GgmlQuant::q5),
  Q6_K(256, 210, GgmlQuant::q6);

  private final int length;
  private final int bytes;
  private final Block block;

  GgmlQuant(int length, int bytes, Block block) {
    this.length = length;
    this.bytes = bytes;
    this.block = block;
  }

  /** Decodes the block at byte {@code b} of {@code in} to {@code out}, from {@code o} on. */
  @Immutable
  private interface Block {
    void decode(byte[] in, int b, float[] out, int o);
  }

  @Override
  public DataType type() {
    return DataType.FLOAT;
  }

  @Override
  public int blockLength() {
    return length;
  }

  @Override
  public int blockBytes() {
    return bytes;
  }

  @Override
  public void decode(byte[] from, int blocks, float[] to) {
    for (int i = 0; i < blocks; i++) {
      block.decode(from, i * bytes, to, i * length);
    }
  }

  private static void q4Zero(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b);
    for (int i = 0; i < 16; i++) {
      int pair = in[b + 2 + i];
      out[o + i] = d * ((pair & 15) - 8);
      out[o + i + 16] = d * ((pair >> 4 & 15) - 8);
    }
  }

  private static void q4One(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b);
    float m = Dtype.half(in, b + 2);
    for (int i = 0; i < 16; i++) {
      int pair = in[b + 4 + i];
      out[o + i] = d * (pair & 15) + m;
      out[o + i + 16] = d * (pair >> 4 & 15) + m;
    }
  }

  private static void q5Zero(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b);
    int high = (int) Dtype.INTS.get(in, b + 2);
    for (int i = 0; i < 16; i++) {
      int pair = in[b + 6 + i];
      out[o + i] = d * (((pair & 15) | (high >> i & 1) << 4) - 16);
      out[o + i + 16] = d * (((pair >> 4 & 15) | (high >> (i + 16) & 1) << 4) - 16);
    }
  }

  private static void q5One(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b);
    float m = Dtype.half(in, b + 2);
    int high = (int) Dtype.INTS.get(in, b + 4);
    for (int i = 0; i < 16; i++) {
      int pair = in[b + 8 + i];
      out[o + i] = d * ((pair & 15) | (high >> i & 1) << 4) + m;
      out[o + i + 16] = d * ((pair >> 4 & 15) | (high >> (i + 16) & 1) << 4) + m;
    }
  }

  private static void q8Zero(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b);
    for (int i = 0; i < 32; i++) {
      out[o + i] = d * in[b + 2 + i];
    }
  }

  private static void q2(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b + 80);
    float m = Dtype.half(in, b + 82);
    for (int g = 0; g < 16; g++) {
      float scale = d * (in[b + g] & 15);
      float least = m * (in[b + g] >> 4 & 15);
      int q = b + 16 + g / 8 * 32 + g % 2 * 16;
      int shift = g / 2 % 4 * 2;
      for (int i = 0; i < 16; i++) {
        out[o + 16 * g + i] = scale * (in[q + i] >> shift & 3) - least;
      }
    }
  }

  private static void q3(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b + 108);
    for (int g = 0; g < 16; g++) {
      int low = in[b + 96 + g % 8] >> (g / 8 * 4) & 15;
      int high = in[b + 104 + g % 4] >> (g / 4 * 2) & 3;
      float scale = d * ((low | high << 4) - 32);
      int q = b + 32 + g / 8 * 32 + g % 2 * 16;
      int third = b + g % 2 * 16;
      int shift = g / 2 % 4 * 2;
      for (int i = 0; i < 16; i++) {
        out[o + 16 * g + i] =
            scale * (((in[q + i] >> shift & 3) | (in[third + i] >> (g / 2) & 1) << 2) - 4);
      }
    }
  }

  private static void q4(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b);
    float m = Dtype.half(in, b + 2);
    for (int g = 0; g < 8; g++) {
      float scale = d * scale(in, b + 4, g);
      float least = m * least(in, b + 4, g);
      int q = b + 16 + g / 2 * 32;
      int shift = g % 2 * 4;
      for (int i = 0; i < 32; i++) {
        out[o + 32 * g + i] = scale * (in[q + i] >> shift & 15) - least;
      }
    }
  }

  private static void q5(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b);
    float m = Dtype.half(in, b + 2);
    for (int g = 0; g < 8; g++) {
      float scale = d * scale(in, b + 4, g);
      float least = m * least(in, b + 4, g);
      int q = b + 48 + g / 2 * 32;
      int shift = g % 2 * 4;
      for (int i = 0; i < 32; i++) {
        int fifth = in[b + 16 + i] >> g & 1;
        out[o + 32 * g + i] = scale * ((in[q + i] >> shift & 15) | fifth << 4) - least;
      }
    }
  }

  private static void q6(byte[] in, int b, float[] out, int o) {
    float d = Dtype.half(in, b + 208);
    for (int g = 0; g < 16; g++) {
      float scale = d * in[b + 192 + g];
      int low = b + g / 8 * 64 + g % 4 * 16;
      int high = b + 128 + g / 8 * 32 + g % 2 * 16;
      int lowShift = g / 4 % 2 * 4;
      int highShift = g / 2 % 4 * 2;
      for (int i = 0; i < 16; i++) {
        int q = (in[low + i] >> lowShift & 15) | (in[high + i] >> highShift & 3) << 4;
        out[o + 16 * g + i] = scale * (q - 32);
      }
    }
  }

  private static int scale(byte[] in, int at, int group) {
    return group < 4
        ? in[at + group] & 63
        : (in[at + group + 4] & 15) | (in[at + group - 4] >> 6 & 3) << 4;
  }

  private static int least(byte[] in, int at, int group) {
    return group < 4
        ? in[at + group + 4] & 63
        : (in[at + group + 4] >> 4 & 15) | (in[at + group] >> 6 & 3) << 4;
  }
}
