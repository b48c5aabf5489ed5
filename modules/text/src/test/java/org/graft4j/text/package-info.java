@NullMarked
package org.graft4j.text;

import org.jspecify.annotations.NullMarked;
