/** The command as a user types it. */
@org.jspecify.annotations.NullMarked
package org.graft4j.cli;
