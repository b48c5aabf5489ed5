@NullMarked
package org.graft4j.weights;

import org.jspecify.annotations.NullMarked;
