/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import static com.google.common.base.Strings.lenientFormat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The entries of a GGUF file's header by key, such as {@code general.architecture}. For each kind
 * of value there is a method that demands it and one, named {@code find…}, that allows it to be
 * missing; both refuse another type, and name the key and the type found.
 */
public final class GgufMetadata {
  private final String file;
  private final ImmutableMap<String, GgufEntry> entries;

  GgufMetadata(String file, Map<String, GgufEntry> entries) {
    this.file = file;
    this.entries = ImmutableMap.copyOf(entries);
  }

  /**
   * The keys of all entries.
   *
   * @return the keys in the order of the header
   */
  public Set<String> keys() {
    return ImmutableSet.copyOf(entries.keySet());
  }

  /**
   * Demands a string.
   *
   * @param key the key
   * @return the text
   * @throws TensorFileException if the key is missing or its value is not a string
   */
  public String string(String key) throws TensorFileException {
    return findString(key).orElseThrow(() -> missing(key));
  }

  /**
   * Looks for a string.
   *
   * @param key the key
   * @return the text; empty if the key is missing
   * @throws TensorFileException if the value is not a string
   */
  public Optional<String> findString(String key) throws TensorFileException {
    return find(key, "a string", false, t -> t == GgufType.STRING, e -> e.texts().get(0));
  }

  /**
   * Demands an integer.
   *
   * @param key the key
   * @return the number
   * @throws TensorFileException if the key is missing or its value is not an integer
   */
  public long integer(String key) throws TensorFileException {
    return findInteger(key).orElseThrow(() -> missing(key));
  }

  /**
   * Looks for an integer.
   *
   * @param key the key
   * @return the number; empty if the key is missing
   * @throws TensorFileException if the value is not an integer
   */
  public Optional<Long> findInteger(String key) throws TensorFileException {
    return find(key, "an integer", false, GgufType::isInteger, e -> e.integer(0));
  }

  /**
   * Demands a real number.
   *
   * @param key the key
   * @return the number
   * @throws TensorFileException if the key is missing or its value is not a real number
   */
  public double real(String key) throws TensorFileException {
    return findReal(key).orElseThrow(() -> missing(key));
  }

  /**
   * Looks for a real number.
   *
   * @param key the key
   * @return the number; empty if the key is missing
   * @throws TensorFileException if the value is not a real number
   */
  public Optional<Double> findReal(String key) throws TensorFileException {
    return find(key, "a real number", false, GgufType::isReal, e -> e.real(0));
  }

  /**
   * Demands a bool.
   *
   * @param key the key
   * @return the value
   * @throws TensorFileException if the key is missing or its value is not a bool
   */
  public boolean bool(String key) throws TensorFileException {
    return findBool(key).orElseThrow(() -> missing(key));
  }

  /**
   * Looks for a bool.
   *
   * @param key the key
   * @return the value; empty if the key is missing
   * @throws TensorFileException if the value is not a bool
   */
  public Optional<Boolean> findBool(String key) throws TensorFileException {
    return find(key, "a bool", false, t -> t == GgufType.BOOL, e -> e.integer(0) == 1);
  }

  /**
   * Demands an array of strings.
   *
   * @param key the key
   * @return the texts in order
   * @throws TensorFileException if the key is missing or its value is not an array of strings
   */
  public List<String> strings(String key) throws TensorFileException {
    return findStrings(key).orElseThrow(() -> missing(key));
  }

  /**
   * Looks for an array of strings.
   *
   * @param key the key
   * @return the texts in order; empty if the key is missing
   * @throws TensorFileException if the value is not an array of strings
   */
  public Optional<List<String>> findStrings(String key) throws TensorFileException {
    return find(
        key,
        "an array of strings",
        true,
        t -> t == GgufType.STRING,
        e -> ImmutableList.copyOf(e.texts()));
  }

  /**
   * Demands an array of integers.
   *
   * @param key the key
   * @return the numbers in order, a fresh array
   * @throws TensorFileException if the key is missing or its value is not an array of integers
   */
  public long[] integers(String key) throws TensorFileException {
    return findIntegers(key).orElseThrow(() -> missing(key));
  }

  /**
   * Looks for an array of integers.
   *
   * @param key the key
   * @return the numbers in order, a fresh array; empty if the key is missing
   * @throws TensorFileException if the value is not an array of integers
   */
  public Optional<long[]> findIntegers(String key) throws TensorFileException {
    return find(
        key,
        "an array of integers",
        true,
        GgufType::isInteger,
        e -> IntStream.range(0, e.count()).mapToLong(e::integer).toArray());
  }

  /**
   * Demands an array of real numbers.
   *
   * @param key the key
   * @return the numbers in order, a fresh array
   * @throws TensorFileException if the key is missing or its value is not an array of real numbers
   */
  public double[] reals(String key) throws TensorFileException {
    return findReals(key).orElseThrow(() -> missing(key));
  }

  /**
   * Looks for an array of real numbers.
   *
   * @param key the key
   * @return the numbers in order, a fresh array; empty if the key is missing
   * @throws TensorFileException if the value is not an array of real numbers
   */
  public Optional<double[]> findReals(String key) throws TensorFileException {
    return find(
        key,
        "an array of real numbers",
        true,
        GgufType::isReal,
        e -> IntStream.range(0, e.count()).mapToDouble(e::real).toArray());
  }

  /**
   * Demands an array of bools.
   *
   * @param key the key
   * @return the values in order
   * @throws TensorFileException if the key is missing or its value is not an array of bools
   */
  public List<Boolean> bools(String key) throws TensorFileException {
    return findBools(key).orElseThrow(() -> missing(key));
  }

  /**
   * Looks for an array of bools.
   *
   * @param key the key
   * @return the values in order; empty if the key is missing
   * @throws TensorFileException if the value is not an array of bools
   */
  public Optional<List<Boolean>> findBools(String key) throws TensorFileException {
    return find(
        key,
        "an array of bools",
        true,
        t -> t == GgufType.BOOL,
        e -> IntStream.range(0, e.count()).mapToObj(i -> e.integer(i) == 1).toList());
  }

  /** The entries that are strings. */
  Map<String, String> texts() {
    ImmutableMap.Builder<String, String> texts = ImmutableMap.builder();
    entries.forEach(
        (key, entry) -> {
          if (entry.type() == GgufType.STRING && !entry.array()) {
            texts.put(key, entry.texts().get(0));
          }
        });
    return texts.buildOrThrow();
  }

  private <T> Optional<T> find(
      String key,
      String what,
      boolean array,
      Predicate<GgufType> fits,
      Function<GgufEntry, T> value)
      throws TensorFileException {
    GgufEntry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.array() != array || !fits.test(entry.type())) {
      throw new TensorFileException(
          lenientFormat("%s: the value of '%s' is not %s: %s", file, key, what, entry));
    }
    for (int i = 0; entry.type() == GgufType.UINT64 && i < entry.count(); i++) {
      if (entry.integer(i) < 0) {
        throw new TensorFileException(
            lenientFormat(
                "%s: the value of '%s' is too large: %s",
                file, key, Long.toUnsignedString(entry.integer(i))));
      }
    }
    return Optional.of(value.apply(entry));
  }

  private TensorFileException missing(String key) {
    return new TensorFileException(
        lenientFormat(
            "%s has no entry '%s'; it has %s", file, key, TensorFile.some(entries.keySet())));
  }
}
