/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Imports ONNX models as {@link org.nd4j.autodiff.samediff.SameDiff} graphs.
 *
 * <p>{@link org.graft4j.onnx.OnnxImporter} is the way in. The file is read by this package itself,
 * as a memory map, with every length checked before it is used. The graph that comes out uses only
 * operations whose forward and gradient are right in stock SameDiff, so it can be saved, loaded,
 * run and trained without Graft4J. {@link org.graft4j.onnx.OnnxOperators} lists the operators that
 * are understood; {@link org.graft4j.onnx.UnsupportedOpException} names those in a file that are
 * not; {@link org.graft4j.onnx.OnnxFormatException} says what is wrong with a broken file.
 */
@NullMarked
package org.graft4j.onnx;

import org.jspecify.annotations.NullMarked;
