/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.text;

import static com.google.common.base.Strings.lenientFormat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CsvTest {
  @TempDir Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("f.csv"), content);
  }

  @Test
  void readsQuotesBreaksAndTheByteOrderMark() throws IOException {
    Path file = file("\uFEFFid,label,text\r\n1,ham,\"a, \"\"b\"\"\nc\"\r\n\r\n2,spam,çığ üñ 你\r\n");
    assertThat(Csv.read(file))
        .containsExactly(
            new LabeledText("a, \"b\"\nc", "ham"), new LabeledText("çığ üñ 你", "spam"));
    assertThat(Csv.read(file, "label", "id").get(1)).isEqualTo(new LabeledText("spam", "2"));
  }

  private void assertBroken(String content, String message) throws IOException {
    Path file = file(content);
    assertThatThrownBy(() -> Csv.read(file))
        .isInstanceOf(TextFileException.class)
        .hasMessage(message);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    assertBroken("", "f.csv: the file is empty");
    assertBroken("text,label\n", "f.csv: the file has no rows, only columns");
    assertBroken("id,body\n1,x\n", "f.csv: there is no column 'text'; the file has id, body");
    assertBroken("text,text\n1,x\n", "f.csv: two columns are named 'text'");
    assertBroken("text,label\n\"a\nb\",ham\n \t,ham\n", "f.csv: text is empty in row 2 (line 4)");
    assertBroken("text,label\na,ham\nb,\n", "f.csv: label is empty in row 2 (line 3)");
    assertBroken(
        "text,label\na,ham\nb,c,ham\n",
        "f.csv: row 2 (line 3) has 3 cells, but there are 2 columns; cells with commas need quotes");
    assertBroken(
        "text,label\na,ham\n\"b\"c,ham\n",
        "f.csv: bad quoting in the row that begins at line 3; quotes within a quoted cell are"
            + " doubled");
    assertBroken(
        "text,label\na,ham\n\"b,ham\nc,spam\n",
        "f.csv: bad quoting in the row that begins at line 3; quotes within a quoted cell are"
            + " doubled");
    Path missing = folder.resolve("no.csv");
    assertThatThrownBy(() -> Csv.read(missing))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(missing + ": there is no such CSV file; check the path");
  }

  @Test
  void refusesOtherEncodings() throws IOException {
    Path file = folder.resolve("f.csv");
    Files.write(file, "text,label\ngrün,ham\n".getBytes(ISO_8859_1));
    assertThatThrownBy(() -> Csv.read(file))
        .isInstanceOf(TextFileException.class)
        .hasMessage("f.csv: not UTF-8 at or after line 1; save the file as UTF-8");
  }

  @Test
  void findsTheLabels() {
    assertThat(
            Csv.labels(
                List.of(
                    new LabeledText("a", "spam"),
                    new LabeledText("b", "ham"),
                    new LabeledText("c", "spam"))))
        .containsExactly("ham", "spam");
    assertThatThrownBy(() -> Csv.labels(List.of(new LabeledText("a", "ham"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("all 1 examples have the label 'ham'; training needs at least two classes");
    assertThatThrownBy(() -> Csv.labels(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there are no examples; training needs some of each class");
  }

  @Test
  void writesTheColumnsAndMore() throws IOException {
    CsvTable table = Csv.table(file("id,text,prediction\n1,\"a, b\",old\n2,\"c \"\"d\"\"\",old\n"));
    Path out = folder.resolve("new/out.csv");
    Csv.write(
        out,
        table,
        ImmutableMap.of("prediction", List.of("ham", "spam"), "score", List.of("0.9", "0.8")));
    assertThat(Files.readString(out, UTF_8))
        .isEqualTo("id,text,prediction,score\n1,\"a, b\",ham,0.9\n2,\"c \"\"d\"\"\",spam,0.8\n");
    assertThat(Csv.table(out).column("text")).isEqualTo(table.column("text"));
    assertThatThrownBy(() -> Csv.write(out, table, Map.of("x", List.of("1"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("column 'x' needs 2 values: 1");
    assertThatThrownBy(() -> Csv.write(out.resolve("below.csv"), table, Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            lenientFormat(
                "cannot write '%s': '%s' is not a folder", out.resolve("below.csv"), out));
  }
}
