/** Text to token ids, and tables of text in CSV files. */
@NullMarked
package org.graft4j.text;

import org.jspecify.annotations.NullMarked;
