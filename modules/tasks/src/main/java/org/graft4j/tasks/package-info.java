/**
 * What a model is trained for: a head and a loss on an adapted graph, and the way from examples to
 * batches and from outputs to predictions.
 *
 * <p>A {@link org.graft4j.tasks.Task} is all that a training loop has to know: it names the loss
 * and the outputs, turns examples into an {@link org.graft4j.tasks.EncodedExamples} and judges a
 * model's outputs. {@link org.graft4j.tasks.TextClassification} is the first.
 */
@NullMarked
package org.graft4j.tasks;

import org.jspecify.annotations.NullMarked;
