/** The arrows between the modules, checked. */
@org.jspecify.annotations.NullMarked
package org.graft4j.build.architecture;
