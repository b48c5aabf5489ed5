/** Programs to read from top to bottom, one for each task. */
@org.jspecify.annotations.NullMarked
package org.graft4j.examples;
