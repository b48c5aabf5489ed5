@NullMarked
package org.graft4j.tasks;

import org.jspecify.annotations.NullMarked;
