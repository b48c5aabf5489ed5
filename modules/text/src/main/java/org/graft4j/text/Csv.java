/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Strings.lenientFormat;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.collect.ImmutableList;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/**
 * CSV files as of RFC 4180, in UTF-8 with or without a byte order mark: comma-separated cells,
 * {@code "} around cells that hold commas, quotes (doubled) or line breaks, names of the columns in
 * the first row. Blank lines are passed over.
 */
public final class Csv {
  /** The column of the text where none is named. */
  public static final String TEXT = "text";

  /** The column of the label where none is named. */
  public static final String LABEL = "label";

  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get();

  private Csv() {}

  /**
   * Reads labelled texts from the columns {@code text} and {@code label}.
   *
   * @param file the file
   * @return one a row
   * @throws IOException as {@link #read(Path, String, String)}
   */
  public static List<LabeledText> read(Path file) throws IOException {
    return read(file, TEXT, LABEL);
  }

  /**
   * Reads labelled texts.
   *
   * @param file the file
   * @param textColumn the column of the text
   * @param labelColumn the column of the label
   * @return one a row, at least one
   * @throws NoSuchFileException if there is no such file
   * @throws TextFileException if the file has no rows or lacks a column, a text or a label is
   *     empty, or the CSV is broken; the message says where
   * @throws IOException if the file cannot be read
   */
  public static List<LabeledText> read(Path file, String textColumn, String labelColumn)
      throws IOException {
    CsvTable table = table(file);
    List<String> texts = table.filledColumn(textColumn);
    List<String> labels = table.filledColumn(labelColumn);
    ImmutableList.Builder<LabeledText> examples = ImmutableList.builder();
    for (int i = 0; i < texts.size(); i++) {
      examples.add(new LabeledText(texts.get(i), labels.get(i)));
    }
    return examples.build();
  }

  /**
   * The classes that occur in training examples.
   *
   * @param examples the examples
   * @return the labels in alphabetical order, at least two
   * @throws IllegalArgumentException if there are fewer than two
   */
  public static List<String> labels(Collection<LabeledText> examples) {
    Set<String> labels = new TreeSet<>();
    examples.forEach(e -> labels.add(e.label()));
    checkArgument(!labels.isEmpty(), "there are no examples; training needs some of each class");
    checkArgument(
        labels.size() > 1,
        "all %s examples have the label '%s'; training needs at least two classes",
        examples.size(),
        labels.iterator().next());
    return ImmutableList.copyOf(labels);
  }

  /**
   * Reads a file with all its columns.
   *
   * @param file the file
   * @return the columns and rows, at least one row
   * @throws NoSuchFileException if there is no such file
   * @throws TextFileException if the file has no rows or is broken; the message has the line
   * @throws IOException if the file cannot be read
   */
  public static CsvTable table(Path file) throws IOException {
    String name = String.valueOf(file.getFileName());
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "there is no such CSV file; check the path");
    }
    try (Reader reader = open(file);
        CSVParser parser = CSVParser.parse(reader, FORMAT)) {
      return table(name, parser);
    }
  }

  private static CsvTable table(String name, CSVParser parser) throws TextFileException {
    Iterator<CSVRecord> records = parser.iterator();
    List<String> columns = null;
    ImmutableList.Builder<ImmutableList<String>> rows = ImmutableList.builder();
    ImmutableList.Builder<Long> lines = ImmutableList.builder();
    int count = 0;
    long line = 1;
    try {
      while (records.hasNext()) {
        CSVRecord cells = records.next();
        ImmutableList<String> row = ImmutableList.copyOf(cells.values());
        if (columns == null) {
          columns = row;
          checkNames(name, row);
        } else if (row.size() != columns.size()) {
          throw new TextFileException(
              lenientFormat(
                  "%s: row %s (line %s) has %s cells, but there are %s columns; cells with commas need quotes",
                  name, count + 1, line, row.size(), columns.size()));
        } else {
          rows.add(row);
          lines.add(line);
          count++;
        }
        line = parser.getCurrentLineNumber() + 1;
      }
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new TextFileException(
            lenientFormat("%s: not UTF-8 at or after line %s; save the file as UTF-8", name, line),
            e);
      }
      throw new TextFileException(
          lenientFormat(
              "%s: bad quoting in the row that begins at line %s; quotes within a quoted cell are doubled",
              name, line),
          e);
    }
    if (columns == null || count == 0) {
      throw new TextFileException(
          name
              + (columns == null ? ": the file is empty" : ": the file has no rows, only columns"));
    }
    return new CsvTable(name, ImmutableList.copyOf(columns), rows.build(), lines.build());
  }

  private static void checkNames(String file, List<String> columns) throws TextFileException {
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (!seen.add(column)) {
        throw new TextFileException(lenientFormat("%s: two columns are named '%s'", file, column));
      }
    }
  }

  private static Reader open(Path file) throws IOException {
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Files.newInputStream(file),
                UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)));
    try {
      reader.mark(1);
      if (reader.read() != '\uFEFF') {
        reader.reset();
      }
    } catch (CharacterCodingException e) {
      reader.close();
      throw new TextFileException(
          file.getFileName() + ": not UTF-8 at or after line 1; save the file as UTF-8", e);
    }
    return reader;
  }

  /**
   * Writes a table and further columns behind its own; the file appears complete or not at all.
   *
   * @param file the target; an older file is replaced
   * @param table the table
   * @param more columns to add, by name, each with one value a row; a column of the table with the
   *     same name is replaced
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if a column has another number of values than the table has
   *     rows
   */
  public static void write(Path file, CsvTable table, Map<String, ? extends List<String>> more)
      throws IOException {
    more.forEach(
        (name, values) ->
            checkArgument(
                values.size() == table.rows().size(),
                "column '%s' needs %s values: %s",
                name,
                table.rows().size(),
                values.size()));
    StringBuilder text = new StringBuilder();
    CSVPrinter printer = new CSVPrinter(text, FORMAT.builder().setRecordSeparator("\n").get());
    for (int row = -1; row < table.rows().size(); row++) {
      printer.printRecord(cells(table, more, row));
    }
    TextFiles.write(file, text.toString());
  }

  private static List<String> cells(
      CsvTable table, Map<String, ? extends List<String>> more, int row) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      String column = table.columns().get(i);
      if (!more.containsKey(column)) {
        cells.add(row < 0 ? column : table.rows().get(row).get(i));
      }
    }
    more.forEach((name, values) -> cells.add(row < 0 ? name : values.get(row)));
    return cells;
  }
}
