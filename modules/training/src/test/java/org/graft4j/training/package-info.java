@NullMarked
package org.graft4j.training;

import org.jspecify.annotations.NullMarked;
