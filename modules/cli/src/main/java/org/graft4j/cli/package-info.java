/** The {@code graft4j} command: one class a command, no logic that a library user would miss. */
@org.jspecify.annotations.NullMarked
package org.graft4j.cli;
