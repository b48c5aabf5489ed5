/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.onnx;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.graft4j.onnx.OnnxModel.Attribute;
import org.graft4j.onnx.OnnxModel.Dimension;
import org.graft4j.onnx.OnnxModel.Function;
import org.graft4j.onnx.OnnxModel.Graph;
import org.graft4j.onnx.OnnxModel.Node;
import org.graft4j.onnx.OnnxModel.ValueInfo;
import org.graft4j.onnx.WireReader.Longs;

/**
 * Reads a {@code ModelProto} from a file through a memory map. The field numbers are those of
 * {@code onnx.proto}.
 */
final class ModelReader {
  private static final int LENGTH_DELIMITED = WireFormat.WIRETYPE_LENGTH_DELIMITED;

  private final String file;
  private final WireReader in;
  private final TensorReader tensors;

  private ModelReader(Path path, ByteBuffer map) {
    file = String.valueOf(path.getFileName());
    in = new WireReader(file, map);
    tensors = new TensorReader(path, in);
  }

  static OnnxModel read(Path path) {
    String name = String.valueOf(path.getFileName());
    try {
      if (!Files.isRegularFile(path)) {
        throw new OnnxFormatException(path + ": no such file; give the path of an .onnx file");
      }
      ByteBuffer map;
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        long size = channel.size();
        if (size == 0 || size > Integer.MAX_VALUE) {
          throw new OnnxFormatException(
              name
                  + (size == 0
                      ? ": the file is empty"
                      : ": the file is larger than protobuf allows: " + size));
        }
        map = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
      }
      return read(path, map);
    } catch (IOException e) {
      throw new OnnxFormatException(path + ": the file cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads a model from bytes; {@code path} says what to call it and where its external data lies.
   */
  static OnnxModel read(Path path, ByteBuffer bytes) {
    String name = String.valueOf(path.getFileName());
    try {
      return new ModelReader(path, bytes).model();
    } catch (InvalidProtocolBufferException e) {
      throw new OnnxFormatException(
          name + ": not an ONNX model, or cut or damaged: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new OnnxFormatException(path + ": the file cannot be read: " + e.getMessage(), e);
    }
  }

  private OnnxModel model() throws IOException {
    String[] producer = {""};
    Graph[] graph = {null};
    Map<String, Integer> opsets = new LinkedHashMap<>();
    Map<String, Function> functions = new LinkedHashMap<>();
    in.fields(
        (field, wire) -> {
          if (wire != LENGTH_DELIMITED) {
            return false;
          }
          switch (field) {
            case 2 -> producer[0] = in.text();
            case 7 -> graph[0] = graph();
            case 8 -> opset(opsets);
            case 25 -> {
              Function function = function();
              functions.put(function.domain() + ":" + function.name(), function);
            }
            default -> {
              return false;
            }
          }
          return true;
        });
    if (graph[0] == null) {
      throw new OnnxFormatException(file + ": not an ONNX model: it has no graph");
    }
    if (opsets.isEmpty()) {
      throw new OnnxFormatException(file + ": not an ONNX model: it names no operator set");
    }
    return new OnnxModel(
        producer[0], ImmutableMap.copyOf(opsets), graph[0], ImmutableMap.copyOf(functions));
  }

  private void opset(Map<String, Integer> to) throws IOException {
    String[] domain = {""};
    long[] version = {0};
    in.message(
        (field, wire) -> {
          if (field == 1 && wire == LENGTH_DELIMITED) {
            domain[0] = in.text();
          } else if (field == 2 && wire == WireFormat.WIRETYPE_VARINT) {
            version[0] = in.varint();
          } else {
            return false;
          }
          return true;
        });
    to.put(domain[0].equals("ai.onnx") ? "" : domain[0], (int) version[0]);
  }

  private Graph graph() throws IOException {
    ImmutableList.Builder<Node> nodes = ImmutableList.builder();
    ImmutableList.Builder<OnnxTensor> initializers = ImmutableList.builder();
    ImmutableList.Builder<ValueInfo> inputs = ImmutableList.builder();
    ImmutableList.Builder<ValueInfo> outputs = ImmutableList.builder();
    ImmutableList.Builder<ValueInfo> values = ImmutableList.builder();
    in.message(
        (field, wire) -> {
          if (wire != LENGTH_DELIMITED) {
            return false;
          }
          switch (field) {
            case 1 -> nodes.add(node());
            case 5 -> initializers.add(tensors.read());
            case 11 -> inputs.add(valueInfo());
            case 12 -> outputs.add(valueInfo());
            case 13 -> values.add(valueInfo());
            case 15 ->
                throw new OnnxFormatException(file + ": sparse initializers are not supported");
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Graph(
        nodes.build(), initializers.build(), inputs.build(), outputs.build(), values.build());
  }

  private Node node() throws IOException {
    ImmutableList.Builder<String> inputs = ImmutableList.builder();
    ImmutableList.Builder<String> outputs = ImmutableList.builder();
    Map<String, Attribute> attributes = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    String[] texts = {"", "", ""};
    in.message(
        (field, wire) -> {
          if (wire != LENGTH_DELIMITED) {
            return false;
          }
          switch (field) {
            case 1 -> inputs.add(in.text());
            case 2 -> outputs.add(in.text());
            case 3 -> texts[0] = in.text();
            case 4 -> texts[1] = in.text();
            case 5 -> {
              Attribute attribute = attribute();
              attributes.put(attribute.name(), attribute);
            }
            case 7 -> texts[2] = in.text();
            case 9 -> pair(metadata);
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Node(
        texts[1],
        texts[2].equals("ai.onnx") ? "" : texts[2],
        texts[0],
        inputs.build(),
        outputs.build(),
        ImmutableMap.copyOf(attributes),
        ImmutableMap.copyOf(metadata));
  }

  /** Reads a {@code StringStringEntryProto}. */
  private void pair(Map<String, String> to) throws IOException {
    String[] texts = {"", ""};
    in.message(
        (field, wire) -> {
          if ((field == 1 || field == 2) && wire == LENGTH_DELIMITED) {
            texts[field - 1] = in.text();
            return true;
          }
          return false;
        });
    to.put(texts[0], texts[1]);
  }

  private Attribute attribute() throws IOException {
    String[] texts = {"", null, null};
    float[] number = {0};
    long[] integer = {0};
    OnnxTensor[] tensor = {null};
    Longs[] lists = {null, null};
    boolean[] graph = {false};
    in.message(
        (field, wire) -> {
          switch (field) {
            case 1 -> texts[0] = in.text();
            case 2 -> number[0] = in.float32();
            case 3 -> integer[0] = in.varint();
            case 4 -> texts[1] = in.text();
            case 5 -> tensor[0] = tensors.read();
            case 7 -> lists[0] = in.fixed(wire, 4, lists[0]);
            case 8 -> lists[1] = in.longs(wire, lists[1]);
            case 21 -> texts[2] = in.text();
            default -> {
              graph[0] |= field == 6 || field == 11;
              return false;
            }
          }
          return true;
        });
    List<Float> numbers = new ArrayList<>();
    if (lists[0] != null) {
      for (long bits : lists[0].toArray()) {
        numbers.add(Float.intBitsToFloat((int) bits));
      }
    }
    List<Long> integers = new ArrayList<>();
    if (lists[1] != null) {
      for (long value : lists[1].toArray()) {
        integers.add(value);
      }
    }
    return new Attribute(
        texts[0],
        number[0],
        integer[0],
        texts[1],
        tensor[0],
        ImmutableList.copyOf(numbers),
        ImmutableList.copyOf(integers),
        texts[2],
        graph[0]);
  }

  private ValueInfo valueInfo() throws IOException {
    String[] name = {""};
    int[] type = {0};
    List<List<Dimension>> shape = new ArrayList<>();
    in.message(
        (field, wire) -> {
          if (field == 1 && wire == LENGTH_DELIMITED) {
            name[0] = in.text();
          } else if (field == 2 && wire == LENGTH_DELIMITED) {
            in.message((f, w) -> f == 1 && w == LENGTH_DELIMITED && tensorType(type, shape));
          } else {
            return false;
          }
          return true;
        });
    return new ValueInfo(
        name[0], type[0], shape.isEmpty() ? null : ImmutableList.copyOf(shape.get(0)));
  }

  private boolean tensorType(int[] type, List<List<Dimension>> shape) throws IOException {
    in.message(
        (field, wire) -> {
          if (field == 1 && wire == WireFormat.WIRETYPE_VARINT) {
            type[0] = (int) in.varint();
          } else if (field == 2 && wire == LENGTH_DELIMITED) {
            List<Dimension> dimensions = new ArrayList<>();
            in.message((f, w) -> f == 1 && w == LENGTH_DELIMITED && dimensions.add(dimension()));
            shape.add(dimensions);
          } else {
            return false;
          }
          return true;
        });
    return true;
  }

  private Dimension dimension() throws IOException {
    long[] size = {-1};
    String[] symbol = {""};
    in.message(
        (field, wire) -> {
          if (field == 1 && wire == WireFormat.WIRETYPE_VARINT) {
            size[0] = in.varint();
          } else if (field == 2 && wire == LENGTH_DELIMITED) {
            symbol[0] = in.text();
          } else {
            return false;
          }
          return true;
        });
    return new Dimension(size[0], symbol[0]);
  }

  private Function function() throws IOException {
    ImmutableList.Builder<String> inputs = ImmutableList.builder();
    ImmutableList.Builder<String> outputs = ImmutableList.builder();
    ImmutableList.Builder<Node> nodes = ImmutableList.builder();
    Map<String, Attribute> defaults = new LinkedHashMap<>();
    Map<String, Integer> opsets = new LinkedHashMap<>();
    String[] texts = {"", ""};
    in.message(
        (field, wire) -> {
          if (wire != LENGTH_DELIMITED) {
            return false;
          }
          switch (field) {
            case 1 -> texts[0] = in.text();
            case 4 -> inputs.add(in.text());
            case 5 -> outputs.add(in.text());
            case 7 -> nodes.add(node());
            case 9 -> opset(opsets);
            case 10 -> texts[1] = in.text();
            case 11 -> {
              Attribute attribute = attribute();
              defaults.put(attribute.name(), attribute);
            }
            default -> {
              return false;
            }
          }
          return true;
        });
    return new Function(
        texts[0],
        texts[1].equals("ai.onnx") ? "" : texts[1],
        inputs.build(),
        outputs.build(),
        ImmutableMap.copyOf(defaults),
        nodes.build(),
        ImmutableMap.copyOf(opsets));
  }
}
