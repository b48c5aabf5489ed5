/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.graph;

/**
 * The bounds of a strided slice, one entry for each index written, with the masks of TensorFlow's
 * operation.
 *
 * @param begin first index of each entry
 * @param end index behind the last
 * @param strides steps
 * @param beginMask bit i: ignore begin[i], start at the edge
 * @param endMask bit i: ignore end[i], run to the edge
 * @param ellipsisMask bit i: entry i stands for all axes not written
 * @param newAxisMask bit i: entry i adds an axis of length 1
 * @param shrinkAxisMask bit i: entry i takes one index and removes the axis
 */
@SuppressWarnings(
    "ArrayRecordComponent") // a plain carrier of SameDiff's own arrays, never compared
public record StridedSlice(
    long[] begin,
    long[] end,
    long[] strides,
    int beginMask,
    int endMask,
    int ellipsisMask,
    int newAxisMask,
    int shrinkAxisMask) {}
