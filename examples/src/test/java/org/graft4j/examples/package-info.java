/** Runs every example and looks at its result. */
@org.jspecify.annotations.NullMarked
package org.graft4j.examples;
