#include "core/tensor/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"
#include "core/base/hash.h"

static_assert(std::endian::native == std::endian::little, "tensors are stored as they lie in memory");

namespace bypath {
namespace {

using Json = nlohmann::json;

constexpr uint64_t largestHeader = 100'000'000;  // the format's own limit
constexpr char metadataKey[] = "__metadata__";
const std::string checksumPrefix = "sha256:";

struct TypeEntry {
  DataType type;
  const char* name;
  uint64_t bytes;
};
constexpr TypeEntry types[] = {
    {DataType::f32, "F32", 4}, {DataType::i64, "I64", 8}, {DataType::f64, "F64", 8}};

const TypeEntry& entryOf(DataType type) {
  return *std::ranges::find(types, type, &TypeEntry::type);
}

// Nothing when the size is negative or does not fit.
std::optional<uint64_t> bytesOf(DataType type, const std::vector<int64_t>& shape) {
  uint64_t bytes = entryOf(type).bytes;
  for (const int64_t size : shape)
    if (size < 0 || __builtin_mul_overflow(bytes, static_cast<uint64_t>(size), &bytes)) return std::nullopt;
  return bytes;
}

StoredTensor stored(DataType type, std::vector<int64_t> shape, const void* data) {
  StoredTensor tensor{type, std::move(shape), {}};
  const auto* first = static_cast<const std::byte*>(data);
  tensor.bytes.assign(first, first + static_cast<uint64_t>(tensor.count()) * entryOf(type).bytes);
  return tensor;
}

using NamedTensor = std::pair<const std::string, StoredTensor>;

// As the reference writer does: wide types first, so that every tensor is aligned; then by name.
std::vector<const NamedTensor*> writingOrder(const SafetensorsFile& file) {
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& named : file.tensors) order.push_back(&named);
  std::ranges::stable_sort(order, std::greater{},
                           [](const NamedTensor* named) { return entryOf(named->second.type).bytes; });
  return order;
}

Error refused(const std::filesystem::path& path, const std::string& why) {
  return {ErrorKind::data, path.string() + " is no sound safetensors file: " + why + "."};
}

Result<std::string> headerText(const std::filesystem::path& path, const SafetensorsFile& file,
                               const std::vector<const NamedTensor*>& order) {
  Json header = Json::object();
  Json& metadata = header[metadataKey] = file.metadata;
  uint64_t end = 0;
  for (const NamedTensor* named : order) {
    const auto& [name, tensor] = *named;
    if (name == metadataKey || bytesOf(tensor.type, tensor.shape) != tensor.bytes.size())
      return Error{ErrorKind::data, "Cannot write " + path.string() + ": the tensor '" + name +
                                        "' has a reserved name, or a shape that does not match its bytes."};
    const uint64_t begin = std::exchange(end, end + tensor.bytes.size());
    header[name] = {
        {"dtype", entryOf(tensor.type).name}, {"shape", tensor.shape}, {"data_offsets", {begin, end}}};
    metadata[checksumPrefix + name] = sha256(tensor.bytes);
  }
  try {
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
  } catch (const Json::exception&) {
    return Error{ErrorKind::data, "Cannot write " + path.string() + ": a name or a text in it is not UTF-8."};
  }
}

struct Placed {
  std::string name;
  StoredTensor tensor;  // without its bytes
  uint64_t begin = 0;
  uint64_t end = 0;
};

bool isSizeList(const Json& json) {
  return json.is_array() && std::ranges::all_of(json, [](const Json& size) {
           return size.is_number_unsigned() && size.get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX);
         });
}

Result<Placed> placedTensor(const std::filesystem::path& path, const std::string& name, const Json& json) {
  const auto wrong = [&](const std::string& why) {
    return refused(path, "the tensor '" + name + "' " + why);
  };
  if (!json.is_object() || json.size() != 3 || !json.contains("dtype") || !json.contains("shape") ||
      !json.contains("data_offsets"))
    return wrong("must be described by dtype, shape and data_offsets alone");
  const Json& dtype = json["dtype"];
  const auto* type = dtype.is_string()
                         ? std::ranges::find(types, dtype.get_ref<const std::string&>(), &TypeEntry::name)
                         : std::end(types);
  if (type == std::end(types)) return wrong("is of a type other than F32, I64 and F64; convert it to F32");
  const Json& shape = json["shape"];
  const Json& offsets = json["data_offsets"];
  if (!isSizeList(shape) || !isSizeList(offsets) || offsets.size() != 2)
    return wrong("has a shape or data_offsets that are not lists of sizes");
  Placed placed{name, {type->type, shape.get<std::vector<int64_t>>(), {}}, offsets[0], offsets[1]};
  const auto bytes = bytesOf(type->type, placed.tensor.shape);
  if (placed.begin > placed.end || bytes != placed.end - placed.begin)
    return wrong("has data_offsets that do not match its shape");
  return placed;
}

Result<Json> readHeader(BoundedReader& reader) {
  uint64_t length = 0;
  if (auto done = reader.read(&length, sizeof length); !done) return done.error();
  if (length > largestHeader || length > reader.remaining())
    return refused(reader.path(), "its header claims " + std::to_string(length) + " bytes and the file has " +
                                      std::to_string(reader.remaining()) + " after it");
  std::string text(length, '\0');
  if (auto done = reader.read(text.data(), length); !done) return done.error();
  if (!text.starts_with('{')) return refused(reader.path(), "its header does not begin with '{'");
  Result<Json> header = parseJson(text, "The header of " + reader.path().string(),
                                  {.bytes = largestHeader, .depth = 4, .values = 500'000});
  if (!header) return header.error();
  if (!header->is_object()) return refused(reader.path(), "its header is not an object");
  return header;
}

Result<std::map<std::string, std::string>> readMetadata(const std::filesystem::path& path,
                                                        const Json& header) {
  std::map<std::string, std::string> metadata;
  const auto found = header.find(metadataKey);
  if (found == header.end()) return metadata;
  if (!found->is_object()) return refused(path, "its metadata is not an object");
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) return refused(path, "the metadata '" + key + "' is not a text");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

// In the order of the data, which they must fill without a hole.
Result<std::vector<Placed>> readLayout(const BoundedReader& reader, const Json& header) {
  std::vector<Placed> layout;
  for (const auto& [name, json] : header.items()) {
    if (name == metadataKey) continue;
    Result<Placed> placed = placedTensor(reader.path(), name, json);
    if (!placed) return placed.error();
    layout.push_back(std::move(*placed));
  }
  std::ranges::sort(layout, {}, [](const Placed& placed) { return std::pair(placed.begin, placed.end); });
  uint64_t end = 0;
  for (const Placed& placed : layout) {
    if (placed.begin != end)
      return refused(reader.path(), "the data of '" + placed.name + "' begin at " +
                                        std::to_string(placed.begin) + " and must begin at " +
                                        std::to_string(end));
    end = placed.end;
  }
  if (end != reader.remaining())
    return refused(reader.path(), "its tensors take " + std::to_string(end) + " bytes and the file holds " +
                                      std::to_string(reader.remaining()));
  return layout;
}

}  // namespace

StoredTensor StoredTensor::fromFloats(std::vector<int64_t> shape, const float* data) {
  return stored(DataType::f32, std::move(shape), data);
}

StoredTensor StoredTensor::fromIntegers(std::vector<int64_t> shape, const int64_t* data) {
  return stored(DataType::i64, std::move(shape), data);
}

int64_t StoredTensor::count() const {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  return count;
}

Result<void> writeSafetensors(const std::filesystem::path& path, const SafetensorsFile& file) {
  const std::vector<const NamedTensor*> order = writingOrder(file);
  const Result<std::string> header = headerText(path, file, order);
  if (!header) return header.error();
  Result<AtomicFile> out = AtomicFile::create(path);
  if (!out) return out.error();
  const uint64_t length = header->size();
  if (auto done = out->write(std::as_bytes(std::span(&length, 1))); !done) return done;
  if (auto done = out->write(std::as_bytes(std::span(*header))); !done) return done;
  for (const NamedTensor* named : order)
    if (auto done = out->write(named->second.bytes); !done) return done;
  return out->commit();
}

Result<SafetensorsFile> readSafetensors(const std::filesystem::path& path, uint64_t maximumBytes) {
  Result<BoundedReader> reader = BoundedReader::open(path, maximumBytes);
  if (!reader) return reader.error();
  const Result<Json> header = readHeader(*reader);
  if (!header) return header.error();
  Result<std::map<std::string, std::string>> metadata = readMetadata(path, *header);
  if (!metadata) return metadata.error();
  Result<std::vector<Placed>> layout = readLayout(*reader, *header);
  if (!layout) return layout.error();

  SafetensorsFile file;
  for (Placed& placed : *layout) {
    placed.tensor.bytes.resize(placed.end - placed.begin);
    if (auto done = reader->read(placed.tensor.bytes.data(), placed.tensor.bytes.size()); !done)
      return done.error();
    const auto checksum = metadata->extract(checksumPrefix + placed.name);
    if (checksum && checksum.mapped() != sha256(placed.tensor.bytes))
      return refused(
          path, "the data of '" + placed.name + "' are damaged (their SHA-256 differs); use another copy");
    file.tensors.emplace(std::move(placed.name), std::move(placed.tensor));
  }
  file.metadata = std::move(*metadata);
  for (const auto& [key, value] : file.metadata)
    if (key.starts_with(checksumPrefix))
      return refused(path, "it has a checksum of a tensor that it lacks, " + key);
  return file;
}

Result<std::map<std::string, std::string>> readSafetensorsMetadata(const std::filesystem::path& path) {
  Result<BoundedReader> reader = BoundedReader::open(path, UINT64_MAX);
  if (!reader) return reader.error();
  const Result<Json> header = readHeader(*reader);
  if (!header) return header.error();
  Result<std::map<std::string, std::string>> metadata = readMetadata(path, *header);
  if (metadata)
    std::erase_if(*metadata, [](const auto& entry) { return entry.first.starts_with(checksumPrefix); });
  return metadata;
}

}  // namespace bypath
