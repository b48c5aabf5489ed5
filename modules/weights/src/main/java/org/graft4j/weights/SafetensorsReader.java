/*
 * Copyright 2026 The Graft4J Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package org.graft4j.weights;

import static com.google.common.base.Strings.lenientFormat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.common.primitives.ImmutableLongArray;
import com.google.errorprone.annotations.FormatMethod;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads headers and index files, trusting nothing in them. */
final class SafetensorsReader {
  private static final long MAX_HEADER = 100_000_000;
  private static final int MAX_RANK = 32;
  private static final String CONVERT =
      " is a pickle, which may run code when it is read; convert it in Python:"
          + " safetensors.torch.save_file({k: v.contiguous().clone() for k, v in"
          + " torch.load(f, weights_only=True).items()}, 'model.safetensors')";
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(8).maxNumberLength(32).build())
          .build();

  private final String file;

  private SafetensorsReader(String file) {
    this.file = file;
  }

  static TensorFile open(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? inFolder(path) : path;
    String name = String.valueOf(file.getFileName());
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(
          file.toString(), null, "there is no such safetensors file; check the path");
    }
    if (name.endsWith(".index.json")) {
      return openShards(file, name);
    }
    if (isPickle(name)) {
      throw new TensorFileException(name + CONVERT);
    }
    FileChannel channel = FileChannel.open(file);
    try {
      Map<String, String> metadata = new LinkedHashMap<>();
      Map<String, TensorInfo> tensors = new SafetensorsReader(name).read(channel, metadata);
      return new TensorFile(name, tensors, metadata, List.of(channel));
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Path inFolder(Path folder) throws IOException {
    for (String name : List.of("model.safetensors", "model.safetensors.index.json")) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      Optional<String> pickle =
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> name.startsWith("pytorch_model") && isPickle(name))
              .sorted()
              .findFirst();
      if (pickle.isPresent()) {
        throw new TensorFileException(
            lenientFormat(
                "'%s' has no model.safetensors; its %s%s", folder, pickle.get(), CONVERT));
      }
    }
    throw new NoSuchFileException(
        folder.toString(),
        null,
        "the folder has neither model.safetensors nor model.safetensors.index.json");
  }

  private static boolean isPickle(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".bin") || lower.endsWith(".pt") || lower.endsWith(".pth");
  }

  private static TensorFile openShards(Path index, String name) throws IOException {
    SafetensorsReader reader = new SafetensorsReader(name);
    if (Files.size(index) > MAX_HEADER) {
      throw reader.broken("the index is larger than %d bytes: %d", MAX_HEADER, Files.size(index));
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    Map<String, String> shardOf = reader.index(Files.readAllBytes(index), metadata);
    Map<String, Map<String, TensorInfo>> shards = new LinkedHashMap<>();
    List<FileChannel> channels = new ArrayList<>();
    try {
      Map<String, TensorInfo> tensors = new LinkedHashMap<>();
      for (Map.Entry<String, String> entry : shardOf.entrySet()) {
        String shard = entry.getValue();
        Map<String, TensorInfo> inShard = shards.get(shard);
        if (inShard == null) {
          Path path = reader.shard(index, entry.getKey(), shard);
          FileChannel channel = FileChannel.open(path);
          channels.add(channel);
          inShard = new SafetensorsReader(shard).read(channel, new LinkedHashMap<>());
          shards.put(shard, inShard);
        }
        TensorInfo info = inShard.get(entry.getKey());
        if (info == null) {
          throw reader.broken("tensor '%s' is not in its file '%s'", entry.getKey(), shard);
        }
        tensors.put(entry.getKey(), info);
      }
      return new TensorFile(name, tensors, metadata, channels);
    } catch (IOException | RuntimeException e) {
      TensorFile.closeAll(channels);
      throw e;
    }
  }

  private Path shard(Path index, String tensor, String shard) throws TensorFileException {
    if (shard.isEmpty()
        || shard.startsWith(".")
        || shard.chars().anyMatch(c -> c == '/' || c == '\\' || c == ':' || c == 0)) {
      throw broken("the file of tensor '%s' is not a plain file name: '%s'", tensor, shard);
    }
    Path path = index.resolveSibling(shard);
    if (!Files.isRegularFile(path)) {
      throw broken("tensor '%s' is in a file that is missing: '%s'", tensor, shard);
    }
    return path;
  }

  private Map<String, String> index(byte[] bytes, Map<String, String> metadata) throws IOException {
    Map<String, String> shardOf = null;
    try (JsonParser json = parser(bytes)) {
      expect(json, json.nextToken(), JsonToken.START_OBJECT, "an object");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        JsonToken value = json.nextToken();
        if (key.equals("weight_map")) {
          shardOf = texts(json, value, key);
        } else if (key.equals("metadata") && value == JsonToken.START_OBJECT) {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (json.nextToken().isScalarValue()) {
              metadata.put(name, json.getText());
            } else {
              json.skipChildren();
            }
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw badJson("the index", e);
    }
    if (shardOf == null) {
      throw broken("the index has no 'weight_map'");
    }
    return shardOf;
  }

  private Map<String, TensorInfo> read(FileChannel channel, Map<String, String> metadata)
      throws IOException {
    long size = channel.size();
    if (size < 8) {
      throw broken("the file is too short for a header: %d bytes", size);
    }
    long length = bytes(channel, 0, 8).getLong();
    if (length < 2 || length > MAX_HEADER) {
      throw broken(
          "the header size is not between 2 and %d: %s; this is not a safetensors file",
          MAX_HEADER, Long.toUnsignedString(length));
    }
    if (8 + length > size) {
      throw broken("the header ends at byte %d, but the file has %d", 8 + length, size);
    }
    byte[] header = bytes(channel, 8, (int) length).array();
    if (header[0] != '{') {
      throw broken("the header does not begin with '{'; this is not a safetensors file");
    }
    return header(header, channel, 8 + length, size, metadata);
  }

  private Map<String, TensorInfo> header(
      byte[] header, FileChannel channel, long start, long size, Map<String, String> metadata)
      throws IOException {
    Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    try (JsonParser json = parser(header)) {
      expect(json, json.nextToken(), JsonToken.START_OBJECT, "an object");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals(Safetensors.METADATA)) {
          metadata.putAll(texts(json, value, name));
        } else {
          tensors.put(name, tensor(json, value, name, channel, start, size));
        }
      }
      if (json.nextToken() != null) {
        throw broken("the header goes on after its closing brace");
      }
    } catch (JsonProcessingException e) {
      throw badJson("the header", e);
    }
    checkLayout(tensors, start, size);
    return tensors;
  }

  private TensorInfo tensor(
      JsonParser json, JsonToken token, String name, FileChannel channel, long start, long size)
      throws IOException {
    expect(json, token, JsonToken.START_OBJECT, "an object for tensor '" + name + "'");
    String type = null;
    ImmutableLongArray shape = null;
    ImmutableLongArray offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      JsonToken value = json.nextToken();
      switch (key) {
        case "dtype" -> {
          expect(json, value, JsonToken.VALUE_STRING, "a text for dtype of tensor '" + name + "'");
          type = json.getText();
        }
        case "shape" -> shape = numbers(json, value, key, name);
        case "data_offsets" -> offsets = numbers(json, value, key, name);
        default -> throw broken("tensor '%s' has an unknown key: '%s'", name, key);
      }
    }
    if (type == null || shape == null || offsets == null) {
      throw broken("tensor '%s' lacks dtype, shape or data_offsets", name);
    }
    String found = type;
    Dtype dtype =
        Dtype.named(type)
            .orElseThrow(() -> broken("tensor '%s' has an unsupported dtype: %s", name, found));
    if (offsets.length() != 2) {
      throw broken("tensor '%s' has data_offsets that are not a pair: %s", name, offsets);
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end) {
      throw broken("tensor '%s' begins at %d, after its end: %d", name, begin, end);
    }
    if (end > size - start) {
      throw broken(
          "tensor '%s' ends at byte %s, but the file has %d",
          name, Long.toUnsignedString(start + end), size);
    }
    long needed = bytes(dtype, shape);
    if (needed != end - begin) {
      throw broken(
          "tensor '%s' of type %s and shape %s does not have %d bytes",
          name, dtype, shape, end - begin);
    }
    return new TensorInfo(name, dtype, shape, file, channel, start + begin);
  }

  /** The size of a tensor, or -1 if it does not fit into a long. */
  private static long bytes(Dtype dtype, ImmutableLongArray shape) {
    if (shape.contains(0)) {
      return 0;
    }
    try {
      return shape.stream().reduce(dtype.bytes, Math::multiplyExact);
    } catch (ArithmeticException e) {
      return -1;
    }
  }

  private void checkLayout(Map<String, TensorInfo> tensors, long start, long size)
      throws TensorFileException {
    List<TensorInfo> order = new ArrayList<>(tensors.values());
    order.sort(Comparator.comparingLong(TensorInfo::position).thenComparing(TensorInfo::bytes));
    long end = start;
    @Nullable TensorInfo before = null;
    for (TensorInfo tensor : order) {
      if (tensor.position() < end && before != null) {
        throw broken(
            "tensors '%s' and '%s' overlap at byte %d",
            before.name(), tensor.name(), tensor.position());
      }
      if (tensor.position() != end) {
        throw broken(
            "bytes %d to %d before tensor '%s' belong to no tensor",
            end, tensor.position(), tensor.name());
      }
      end = tensor.position() + tensor.bytes();
      before = tensor;
    }
    if (end != size) {
      throw broken("the tensors end at byte %d, but the file has %d", end, size);
    }
  }

  private Map<String, String> texts(JsonParser json, @Nullable JsonToken token, String key)
      throws IOException {
    expect(json, token, JsonToken.START_OBJECT, "an object for '" + key + "'");
    Map<String, String> texts = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      expect(json, json.nextToken(), JsonToken.VALUE_STRING, "a text for '" + name + "'");
      texts.put(name, json.getText());
    }
    return texts;
  }

  private ImmutableLongArray numbers(JsonParser json, JsonToken token, String key, String tensor)
      throws IOException {
    String what = "numbers for " + key + " of tensor '" + tensor + "'";
    expect(json, token, JsonToken.START_ARRAY, what);
    ImmutableLongArray.Builder numbers = ImmutableLongArray.builder();
    int count = 0;
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json, json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      long number = json.getLongValue();
      if (number < 0) {
        throw broken("tensor '%s' has a negative number in %s: %d", tensor, key, number);
      }
      if (++count > MAX_RANK) {
        throw broken("tensor '%s' has more than %d numbers in %s", tensor, MAX_RANK, key);
      }
      numbers.add(number);
    }
    return numbers.build();
  }

  private void expect(JsonParser json, @Nullable JsonToken is, JsonToken wanted, String what)
      throws IOException {
    if (is != wanted) {
      throw broken(
          "expected %s at character %d of the JSON text",
          what, json.currentTokenLocation().getCharOffset());
    }
  }

  /** Checks that the text is UTF-8 (Jackson would also guess UTF-16) and opens a parser on it. */
  private JsonParser parser(byte[] bytes) throws IOException {
    try {
      return JSON.createParser(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new TensorFileException(file + ": the JSON text is not UTF-8", e);
    }
  }

  private ByteBuffer bytes(FileChannel channel, long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw broken("the file was cut to %d bytes while it was read", channel.size());
      }
    }
    return buffer.flip();
  }

  private TensorFileException badJson(String what, JsonProcessingException e) {
    return new TensorFileException(
        lenientFormat("%s: %s is not valid JSON: %s", file, what, e.getOriginalMessage()), e);
  }

  @FormatMethod
  private TensorFileException broken(String format, @Nullable Object... arguments) {
    return new TensorFileException(file + ": " + String.format(Locale.ROOT, format, arguments));
  }
}
