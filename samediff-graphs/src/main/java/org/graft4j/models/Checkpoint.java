/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.models;

import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.graft4j.weights.TensorFile;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of a model, by the names that transformers gives them.
 *
 * <p>A checkpoint of one form serves the others: a base model is looked for with and without its
 * prefix, so that {@code model.norm.weight} finds {@code norm.weight} and the other way round.
 */
public final class Checkpoint {
  private final Set<String> names;
  private final Reader reader;
  private final List<String> prefixes;
  private final Map<String, String> older;
  private final Map<String, INDArray> read;
  private final Set<String> made;

  /** Reads a weight by the name that transformers gives it. */
  @FunctionalInterface
  interface Reader {
    INDArray read(String name) throws IOException;
  }

  private Checkpoint(Set<String> names, Reader reader) {
    this.names = ImmutableSet.copyOf(names);
    this.reader = reader;
    this.prefixes = List.of();
    this.older = Map.of();
    this.read = new HashMap<>();
    this.made = new LinkedHashSet<>();
  }

  /** The weights of another, and what was read of them, by other names. */
  private Checkpoint(Checkpoint of, List<String> prefixes, Map<String, String> older) {
    this.names = of.names;
    this.reader = of.reader;
    this.prefixes = prefixes;
    this.older = older;
    this.read = of.read;
    this.made = of.made;
  }

  /**
   * Returns a checkpoint of arrays.
   *
   * @param arrays the arrays by name; they are handed out, not copied
   * @return the checkpoint
   */
  public static Checkpoint of(Map<String, INDArray> arrays) {
    Map<String, INDArray> kept = new LinkedHashMap<>(arrays);
    return new Checkpoint(kept.keySet(), name -> Objects.requireNonNull(kept.get(name)));
  }

  /**
   * Returns the checkpoint in a file; each tensor is read when it is first asked for.
   *
   * @param file the file, open as long as weights are taken
   * @return the checkpoint
   */
  public static Checkpoint of(TensorFile file) {
    return new Checkpoint(file.names(), file::readFloat);
  }

  /** Returns a checkpoint that finds these names in another way. */
  static Checkpoint of(Set<String> names, Reader reader) {
    return new Checkpoint(names, reader);
  }

  /**
   * Returns the same weights with prefixes that names may have or lack.
   *
   * @param bases what the base model is called in the other forms, such as {@code model}
   * @return the checkpoint
   */
  public Checkpoint withBases(String... bases) {
    return new Checkpoint(this, Arrays.stream(bases).map(base -> base + ".").toList(), older);
  }

  /**
   * Returns the same weights with another name for one.
   *
   * @param stored what files may call it
   * @param name its name
   * @return the checkpoint
   */
  public Checkpoint withName(String stored, String name) {
    Map<String, String> all = new HashMap<>(older);
    all.put(name, stored);
    return new Checkpoint(this, prefixes, all);
  }

  /**
   * Says whether there is a weight.
   *
   * @param name its name
   * @return whether {@link #take} finds it
   */
  public boolean contains(String name) {
    return resolve(name) != null;
  }

  /**
   * Returns a weight as floats, each time the same array.
   *
   * @param name its name
   * @param shape the shape it must have
   * @return the array
   * @throws IllegalArgumentException if there is no such weight or it has another shape
   * @throws UncheckedIOException if it cannot be read
   */
  public INDArray take(String name, long... shape) {
    String stored = resolve(name);
    if (stored == null) {
      throw new IllegalArgumentException("there is no weight '" + name + "'");
    }
    INDArray array = read.computeIfAbsent(stored, this::read);
    if (!Arrays.equals(array.shape(), shape)) {
      throw new IllegalArgumentException(
          "weight '"
              + stored
              + "' must have the shape "
              + Arrays.toString(shape)
              + ": "
              + Arrays.toString(array.shape()));
    }
    return array;
  }

  /** Notes that a weight was made because there is none of this name. */
  void noteMade(String name) {
    made.add(name);
  }

  /**
   * Names the weights that nobody asked for.
   *
   * @return the names in the order of the file
   */
  public List<String> unread() {
    return names.stream().filter(name -> !read.containsKey(name)).toList();
  }

  /**
   * Names the weights that were made anew, because the checkpoint lacks them.
   *
   * @return the names in the order they were made
   */
  public List<String> made() {
    return List.copyOf(made);
  }

  private INDArray read(String stored) {
    try {
      return reader.read(stored);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable String resolve(String name) {
    if (names.contains(name)) {
      return name;
    }
    String stored = older.get(name);
    if (stored != null && names.contains(stored)) {
      return stored;
    }
    String bare =
        prefixes.stream()
            .filter(name::startsWith)
            .findFirst()
            .map(prefix -> name.substring(prefix.length()))
            .orElse(name);
    if (names.contains(bare)) {
      return bare;
    }
    return prefixes.stream()
        .map(prefix -> prefix + bare)
        .filter(names::contains)
        .findFirst()
        .orElse(null);
  }
}
