package org.graft4j.tasks;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import org.graft4j.graph.GraphView;
import org.graft4j.text.TokenBatch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The placeholders of a model that tokens fill, with their types. */
final class TextInputs {
  private static final String KNOWN = "input_ids, attention_mask, token_type_ids, position_ids";

  private final ImmutableMap<String, DataType> types;

  private TextInputs(Map<String, DataType> types) {
    this.types = ImmutableMap.copyOf(types);
  }

  static TextInputs of(GraphView view, Collection<String> placeholders) {
    ImmutableMap.Builder<String, DataType> types = ImmutableMap.builder();
    for (String name : placeholders) {
      checkArgument(
          Arrays.asList(KNOWN.split(", ", -1)).contains(name),
          "the graph reads a placeholder that text does not fill: '%s'; text fills %s",
          name,
          KNOWN);
      types.put(name, view.value(name).dataType());
    }
    return new TextInputs(types.buildOrThrow());
  }

  void fill(TokenBatch batch, ImmutableMap.Builder<String, INDArray> placeholders) {
    types.forEach(
        (name, type) -> {
          INDArray array = Nd4j.createFromArray(values(name, batch));
          placeholders.put(name, type == array.dataType() ? array : array.castTo(type));
        });
  }

  private static long[][] values(String name, TokenBatch batch) {
    return switch (name) {
      case "input_ids" -> batch.ids();
      case "attention_mask" -> batch.mask();
      case "token_type_ids" -> batch.types();
      default -> positions(batch.size(), batch.length());
    };
  }

  private static long[][] positions(int rows, int length) {
    long[][] positions = new long[rows][length];
    for (long[] row : positions) {
      Arrays.setAll(row, i -> i);
    }
    return positions;
  }
}
