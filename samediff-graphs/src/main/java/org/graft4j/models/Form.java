/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import static java.util.Comparator.comparingInt;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What stands on top of a transformer, as the classes of transformers are called. */
public enum Form {
  /** Hidden states alone: {@code last_hidden_state}. */
  BASE("Model", "ElectraForPreTraining"),
  /** The next token: {@code logits}, {@code [batch, length, vocabulary]}. */
  CAUSAL_LM("ForCausalLM", "LMHeadModel"),
  /** The masked tokens: {@code logits}, {@code [batch, length, vocabulary]}. */
  MASKED_LM("ForMaskedLM", "ForPreTraining"),
  /** One label for a text: {@code logits}, {@code [batch, labels]}. */
  SEQUENCE_CLASSIFICATION("ForSequenceClassification"),
  /** One label for each token: {@code logits}, {@code [batch, length, labels]}. */
  TOKEN_CLASSIFICATION("ForTokenClassification"),
  /** Where an answer lies: {@code start_logits} and {@code end_logits}, {@code [batch, length]}. */
  QUESTION_ANSWERING("ForQuestionAnswering"),
  /** The next token of the decoder: {@code logits}, {@code [batch, decoder length, vocabulary]}. */
  SEQ2SEQ_LM("ForConditionalGeneration");

  private final ImmutableList<String> suffixes;

  Form(String... suffixes) {
    this.suffixes = ImmutableList.copyOf(suffixes);
  }

  /** The length of the longest suffix with which a name ends. */
  private int matched(String architecture) {
    return suffixes.stream()
        .filter(architecture::endsWith)
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  /**
   * Finds the form of a class of transformers.
   *
   * @param architecture its name, such as {@code LlamaForCausalLM}
   * @return the form, or nothing if the class ends like none of them
   */
  public static Optional<Form> ofArchitecture(String architecture) {
    return Arrays.stream(values())
        .filter(form -> form.matched(architecture) > 0)
        .max(comparingInt(form -> form.matched(architecture)));
  }

  /**
   * Finds a form by its name.
   *
   * @param name such as {@code causal-lm}
   * @return the form
   * @throws IllegalArgumentException if there is none
   */
  public static Form named(String name) {
    return Arrays.stream(values())
        .filter(form -> form.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "form is not known: '"
                        + name
                        + "'; there are "
                        + Arrays.stream(values())
                            .map(Form::toString)
                            .collect(Collectors.joining(", "))));
  }

  /** Returns the name in small letters, such as {@code causal-lm}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
