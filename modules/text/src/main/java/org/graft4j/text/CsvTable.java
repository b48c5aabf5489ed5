/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

import static com.google.common.base.Strings.lenientFormat;

import com.google.common.collect.ImmutableList;
import java.util.List;

/** A CSV file in memory: named columns and rows of text. */
public final class CsvTable {
  private final String file;
  private final ImmutableList<String> columns;
  private final ImmutableList<ImmutableList<String>> rows;
  private final ImmutableList<Long> lines;

  CsvTable(
      String file,
      ImmutableList<String> columns,
      ImmutableList<ImmutableList<String>> rows,
      ImmutableList<Long> lines) {
    this.file = file;
    this.columns = columns;
    this.rows = rows;
    this.lines = lines;
  }

  /**
   * The names of the columns.
   *
   * @return the first row
   */
  public List<String> columns() {
    return columns;
  }

  /**
   * The rows below the names.
   *
   * @return each as long as the columns
   */
  public List<? extends List<String>> rows() {
    return rows;
  }

  /**
   * The values of a column.
   *
   * @param name the name of the column
   * @return one value a row
   * @throws TextFileException if there is no such column; the message has the names that are there
   */
  public List<String> column(String name) throws TextFileException {
    int index = columns.indexOf(name);
    if (index < 0) {
      throw new TextFileException(
          lenientFormat(
              "%s: there is no column '%s'; the file has %s",
              file, name, String.join(", ", columns)));
    }
    return rows.stream().map(row -> row.get(index)).toList();
  }

  /**
   * The values of a column, none of them blank.
   *
   * @param name the name of the column
   * @return one value a row
   * @throws TextFileException if there is no such column, or a value is blank; the message has the
   *     row
   */
  public List<String> filledColumn(String name) throws TextFileException {
    List<String> values = column(name);
    for (int row = 0; row < values.size(); row++) {
      if (values.get(row).isBlank()) {
        throw new TextFileException(
            lenientFormat(
                "%s: %s is empty in row %s (line %s)", file, name, row + 1, lines.get(row)));
      }
    }
    return values;
  }
}
