/**
 * Rules that find shapes in a graph and put others in their place.
 *
 * <p>A {@link org.graft4j.graph.rewrite.Pattern} describes the nodes above a value; matching gives
 * a {@link org.graft4j.graph.rewrite.Match} with what was captured, or a {@link
 * org.graft4j.graph.rewrite.Refusal} that names the guilty node and keeps what did match. A {@link
 * org.graft4j.graph.rewrite.Rule} is a pattern and what to do; the {@link
 * org.graft4j.graph.rewrite.Rewriter} applies rules until none fires, in one transaction, and says
 * in a {@link org.graft4j.graph.rewrite.RewriteReport} what fired and what was refused.
 */
@NullMarked
package org.graft4j.graph.rewrite;

import org.jspecify.annotations.NullMarked;
