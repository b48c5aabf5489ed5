/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;

/** Writes what stands on top of a causal decoder, called as in most classes of transformers. */
public final class CausalHeads {
  private final ModelConfig model;
  private final Form form;
  private String table = "lm_head.weight";
  private String tokenHead = "classifier";
  private boolean bias;
  private double cap;

  /**
   * Describes heads: {@code lm_head} without a bias, {@code score} on texts, {@code classifier} on
   * tokens, {@code qa_outputs}.
   *
   * @param model the configuration
   * @param form what stands on top
   * @param forms those that the family has, beside the base
   * @throws ModelException if the form is none of them
   */
  public CausalHeads(ModelConfig model, Form form, Set<Form> forms) throws ModelException {
    if (form != Form.BASE && !forms.contains(form)) {
      throw model.wrong("model_type", "has no form " + form);
    }
    this.model = model;
    this.form = form;
  }

  /**
   * Returns how names of the base begin in this form.
   *
   * @param prefix what the base is called in the others, such as {@code transformer.}
   * @return the prefix, or nothing for the base alone
   */
  public String base(String prefix) {
    return form == Form.BASE ? "" : prefix;
  }

  /**
   * Takes another weight for the language model, such as a tied embedding.
   *
   * @param weight its name
   * @return this
   */
  public CausalHeads table(String weight) {
    this.table = weight;
    return this;
  }

  /**
   * Gives the language model a bias, {@code lm_head.bias}.
   *
   * @return this
   */
  public CausalHeads biased() {
    this.bias = true;
    return this;
  }

  /**
   * Keeps the logits of the language model within a cap: {@code cap · tanh(x / cap)}.
   *
   * @param at the cap; 0 for none
   * @return this
   */
  public CausalHeads capped(double at) {
    this.cap = at;
    return this;
  }

  /**
   * Calls the head on tokens otherwise.
   *
   * @param path its module path
   * @return this
   */
  public CausalHeads tokenHead(String path) {
    this.tokenHead = path;
    return this;
  }

  /**
   * Writes the head of the form, and the outputs.
   *
   * @param blocks the blocks of the graph
   * @param tokens its tokens
   * @param ids the token ids
   * @param x the hidden states, {@code [batch, length, features]}
   * @param features the number of features
   * @throws ModelException if the configuration is wrong
   */
  public void write(Blocks blocks, Tokens tokens, SDVariable ids, SDVariable x, int features)
      throws ModelException {
    switch (form) {
      case CAUSAL_LM -> blocks.output("logits", languageModel(blocks, x, features));
      case SEQUENCE_CLASSIFICATION -> {
        SDVariable last = tokens.last(x, ids, model.integer("pad_token_id", -1));
        blocks.output("logits", blocks.textHead("score", last, features, model.labels(), false));
      }
      case TOKEN_CLASSIFICATION ->
          blocks.output("logits", blocks.tokenHead(tokenHead, x, features, model.labels()));
      case QUESTION_ANSWERING -> blocks.answer("qa_outputs", x, features);
      default -> blocks.output("last_hidden_state", x);
    }
  }

  private SDVariable languageModel(Blocks blocks, SDVariable x, int features)
      throws ModelException {
    int vocabulary = model.size("vocab_size");
    SDVariable logits = blocks.product("lm_head", x, blocks.weight(table, vocabulary, features));
    SDVariable shifted =
        bias ? blocks.sum("lm_head", logits, blocks.weight("lm_head.bias", vocabulary)) : logits;
    return blocks.capped("lm_head", shifted, cap);
  }
}
