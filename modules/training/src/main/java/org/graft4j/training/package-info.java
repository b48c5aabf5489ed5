/**
 * The training loop: batches through a compiled graph, gradients into an optimiser, an eye on the
 * loss.
 *
 * <p>{@link org.graft4j.training.Trainer} is the loop and its settings, {@link
 * org.graft4j.training.TrainingReport} what came of it, {@link
 * org.graft4j.training.TrainingListener} the way to watch, {@link
 * org.graft4j.training.ProgressBarListener} one who shows it to a person.
 */
@NullMarked
package org.graft4j.training;

import org.jspecify.annotations.NullMarked;
