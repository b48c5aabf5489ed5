/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Grafts small trainable adapters onto frozen graphs and takes them off again.
 *
 * <p>{@link org.graft4j.adapters.Adapters} attaches the first adapter to a graph; {@link
 * org.graft4j.adapters.AdaptedGraph} carries the named adapters through their life: switching,
 * scaling, merging, detaching. Each method has a package of its own with the same shape: a
 * configuration record, an {@link org.graft4j.adapters.AdapterConfig}, that names its {@link
 * org.graft4j.adapters.AdapterMethod}, the rewrite. {@link org.graft4j.adapters.Graft} is what a
 * method draws with, {@link org.graft4j.adapters.Targets} says where, {@link
 * org.graft4j.adapters.AdapterPlan} says it before anything is changed. {@link
 * org.graft4j.adapters.Adapter} is one named adapter, {@link org.graft4j.adapters.Parameter} one of
 * its arrays, {@link org.graft4j.adapters.AdaptedModule} something an adapter brings along, such as
 * a task head, and {@link org.graft4j.adapters.ParameterSummary} the counts.
 */
@NullMarked
package org.graft4j.adapters;

import org.jspecify.annotations.NullMarked;
