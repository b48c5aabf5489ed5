/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.benchmarks;

import com.google.common.html.HtmlEscapers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * A profile as one HTML page with bars, without scripts and without anything from elsewhere.
 *
 * @param title what was measured
 * @param profile the numbers
 */
record ProfileReport(String title, Profile profile) {
  private static final int SLOWEST = 25;

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>%1$s</title>
      <style>
      body { font: 14px/1.4 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #222; background: #fff }
      table { border-collapse: collapse; width: 100%% }
      th, td { padding: 2px 8px; text-align: right; white-space: nowrap }
      th:first-child, td:first-child, td.text { text-align: left }
      td.text { white-space: normal; font-size: 12px; color: #555 }
      th { border-bottom: 1px solid #999 }
      td.bar { width: 30%%; text-align: left }
      td.bar div { height: 12px; background: #2a6f97 }
      td.bar div.product { background: #c8553d }
      .key { display: inline-block; width: 12px; height: 12px; background: #2a6f97 }
      .key.product { background: #c8553d }
      </style>
      </head>
      <body>
      <h1>%1$s</h1>
      """;

  /** Writes the page, making its folders. */
  void write(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    Files.writeString(file, page());
  }

  private String page() {
    StringBuilder page = new StringBuilder(format(HEAD, escaped(title)));
    page.append(
        format(
            "<p>%.2f ms in the fastest runs of %d instructions. One large product reaches %.1f GFLOP/s on these kernels.</p>%n",
            profile.milliseconds(), profile.costs().size(), profile.peak()));
    page.append(
        "<p><span class=\"key product\"></span> with matrix products <span class=\"key\"></span> without</p>\n");
    kinds(page);
    memory(page);
    slowest(page);
    return page.append("</body>\n</html>\n").toString();
  }

  private void kinds(StringBuilder page) {
    page.append(
        "<h2>Time by kind</h2>\n<table>\n<tr><th>kind</th><th>count</th><th>ms</th><th>share</th><th></th><th>GFLOP/s</th><th>of peak</th><th>MB</th><th>GB/s</th></tr>\n");
    double longest =
        profile.kinds().stream().mapToDouble(Profile.Kind::milliseconds).max().orElse(1);
    for (Profile.Kind kind : profile.kinds()) {
      boolean product = kind.gflops() > 0;
      page.append(
          format(
              "<tr><td>%s</td><td>%d</td><td>%.2f</td><td>%.1f%%</td>%s<td>%s</td><td>%s</td><td>%.1f</td><td>%.1f</td></tr>%n",
              escaped(kind.name()),
              kind.count(),
              kind.milliseconds(),
              100 * kind.milliseconds() / profile.milliseconds(),
              bar(kind.milliseconds() / longest, product),
              product ? format("%.1f", kind.gflops()) : "",
              product ? format("%.0f%%", 100 * kind.gflops() / profile.peak()) : "",
              kind.megabytes(),
              kind.megabytes() / Math.max(1e-3, kind.milliseconds())));
    }
    page.append("</table>\n");
  }

  private void memory(StringBuilder page) {
    page.append("<h2>Memory</h2>\n<table>\n<tr><th>what</th><th>MB</th><th></th></tr>\n");
    Map<String, Long> parts = profile.memoryParts();
    double largest = parts.values().stream().mapToLong(Long::longValue).max().orElse(1);
    parts.forEach(
        (what, bytes) ->
            page.append(
                format(
                    "<tr><td>%s</td><td>%.2f</td>%s</tr>%n",
                    escaped(what), bytes / 1e6, bar(bytes / largest, false))));
    page.append("</table>\n");
  }

  private void slowest(StringBuilder page) {
    page.append(
        "<h2>Slowest instructions</h2>\n<table>\n<tr><th>kind</th><th>ms</th><th></th><th>GFLOP/s</th><th>from</th><th>operands</th></tr>\n");
    double longest = profile.costs().isEmpty() ? 1 : profile.costs().get(0).nanoseconds();
    for (Cost cost : profile.costs().subList(0, Math.min(SLOWEST, profile.costs().size()))) {
      boolean product = cost.operations() > 0;
      page.append(
          format(
              "<tr><td>%s</td><td>%.3f</td>%s<td>%s</td><td class=\"text\">%s</td><td class=\"text\">%s</td></tr>%n",
              escaped(cost.kind()),
              cost.nanoseconds() / 1e6,
              bar(cost.nanoseconds() / longest, product),
              product ? format("%.1f", (double) cost.operations() / cost.nanoseconds()) : "",
              escaped(cost.instruction().origin()),
              escaped(cost.types())));
    }
    page.append("</table>\n");
  }

  private static String bar(double share, boolean product) {
    return format(
        "<td class=\"bar\"><div%s style=\"width: %.1f%%\"></div></td>",
        product ? " class=\"product\"" : "", 100 * share);
  }

  private static String escaped(String text) {
    return HtmlEscapers.htmlEscaper().escape(text);
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }
}
