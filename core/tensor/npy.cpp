#include "core/tensor/npy.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/base/atomic_file.h"
#include "core/base/bounded_reader.h"

static_assert(std::endian::native == std::endian::little, "arrays are stored as they lie in memory");

namespace bypath {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr uint64_t largestHeader = 1 << 16;
constexpr size_t largestRank = 32;  // NumPy's

Error refused(const std::filesystem::path& path, const std::string& why) {
  return {ErrorKind::data, path.string() + " cannot be read as a NumPy array: " + why + "."};
}

// Converts `count` elements from `raw`.
using Converter = void (*)(const std::byte* raw, size_t count, float* out);

template <class Element>
void convert(const std::byte* raw, size_t count, float* out) {
  for (size_t i = 0; i < count; ++i) {
    Element element;
    std::memcpy(&element, raw + i * sizeof element, sizeof element);
    out[i] = static_cast<float>(element);
  }
}

struct ElementType {
  std::string_view name;
  size_t bytes;
  Converter converter;
};
constexpr ElementType elementTypes[] = {
    {"<f4", 4, convert<float>},    {"<f8", 8, convert<double>},   {"|u1", 1, convert<uint8_t>},
    {"|i1", 1, convert<int8_t>},   {"|b1", 1, convert<uint8_t>},  {"<u2", 2, convert<uint16_t>},
    {"<i2", 2, convert<int16_t>},  {"<u4", 4, convert<uint32_t>}, {"<i4", 4, convert<int32_t>},
    {"<u8", 8, convert<uint64_t>}, {"<i8", 8, convert<int64_t>},
};

// The header is a Python dictionary literal: {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  bool parse() {
    if (!take('{')) return false;
    while (!take('}')) {
      const auto key = quoted();
      if (!key || !take(':') || !parseValue(*key)) return false;
      if (!take(',') && !text_.starts_with('}')) return false;
    }
    skipSpace();
    return text_.empty() && found_ == 7;
  }

  std::string_view descr;
  bool fortranOrder = false;
  std::vector<int64_t> shape;

 private:
  void skipSpace() {
    const size_t end = text_.find_first_not_of(" \n\t");
    text_.remove_prefix(std::min(end, text_.size()));
  }

  bool take(char wanted) {
    skipSpace();
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(1);
    skipSpace();
    return true;
  }

  std::optional<std::string_view> quoted() {
    const char quote = text_.empty() ? '\0' : text_.front();
    if (quote != '\'' && quote != '"') return std::nullopt;
    const size_t end = text_.find(quote, 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view content = text_.substr(1, end - 1);
    text_.remove_prefix(end + 1);
    return content;
  }

  bool parseValue(std::string_view key) {
    if (key == "descr") {
      const auto name = quoted();
      descr = name.value_or("");
      return name && once(1);
    }
    if (key == "fortran_order") {
      fortranOrder = text_.starts_with("True");
      const std::string_view word = fortranOrder ? "True" : "False";
      if (!text_.starts_with(word)) return false;
      text_.remove_prefix(word.size());
      return once(2);
    }
    return key == "shape" && parseShape() && once(4);
  }

  bool parseShape() {
    if (!take('(')) return false;
    while (!take(')')) {
      int64_t size = 0;
      const auto [end, problem] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (problem != std::errc{} || size < 0 || shape.size() == largestRank) return false;
      text_.remove_prefix(static_cast<size_t>(end - text_.data()));
      shape.push_back(size);
      if (!take(',') && !text_.starts_with(')')) return false;
    }
    return true;
  }

  bool once(int field) {
    const bool fresh = !(found_ & field);
    found_ |= field;
    return fresh;
  }

  std::string_view text_;
  int found_ = 0;  // one bit a field
};

Result<std::string> readHeader(BoundedReader& reader) {
  char prefix[8];
  if (auto done = reader.read(prefix, sizeof prefix); !done) return done.error();
  if (std::string_view(prefix, magic.size()) != magic)
    return refused(reader.path(), "it does not begin as a .npy file does; save it with numpy.save");
  const auto version = static_cast<unsigned char>(prefix[6]);
  if (version < 1 || version > 3)
    return refused(reader.path(),
                   "its format version is " + std::to_string(version) + ", and 1 to 3 are known");
  uint32_t length = 0;
  if (auto done = reader.read(&length, version == 1 ? 2 : 4); !done) return done.error();
  if (length > largestHeader)
    return refused(reader.path(),
                   "its header claims " + std::to_string(length) + " bytes, more than any array needs");
  std::string text(length, '\0');
  if (auto done = reader.read(text.data(), length); !done) return done.error();
  return text;
}

std::optional<uint64_t> product(const std::vector<int64_t>& shape) {
  uint64_t count = 1;
  for (const int64_t size : shape)
    if (size < 0 || __builtin_mul_overflow(count, static_cast<uint64_t>(size), &count)) return std::nullopt;
  return count;
}

}  // namespace

Result<NpyArray> readNpy(const std::filesystem::path& path, uint64_t maximumBytes) {
  Result<BoundedReader> reader = BoundedReader::open(path, maximumBytes);
  if (!reader) return reader.error();
  const Result<std::string> text = readHeader(*reader);
  if (!text) return text.error();
  HeaderParser header(*text);
  if (!header.parse())
    return refused(path, "its header is not the dictionary of descr, fortran_order and shape");
  const auto* type = std::ranges::find(elementTypes, header.descr, &ElementType::name);
  if (type == std::end(elementTypes))
    return refused(path, "its elements are '" + std::string(header.descr) +
                             "'; save little-endian real numbers, as array.astype('<f4')");
  if (header.fortranOrder)
    return refused(path, "it is in Fortran order; save numpy.ascontiguousarray(array)");
  const auto count = product(header.shape);
  uint64_t bytes = 0;
  if (!count || __builtin_mul_overflow(*count, static_cast<uint64_t>(type->bytes), &bytes) ||
      bytes != reader->remaining())
    return refused(path, "its shape does not match the " + std::to_string(reader->remaining()) +
                             " bytes that follow the header");

  NpyArray array{std::move(header.shape), std::vector<float>(*count)};
  constexpr size_t elementsAtOnce = 1 << 16;
  std::vector<std::byte> raw(elementsAtOnce * type->bytes);
  for (size_t done = 0; done < array.values.size(); done += elementsAtOnce) {
    const size_t part = std::min(elementsAtOnce, array.values.size() - done);
    if (auto got = reader->read(raw.data(), part * type->bytes); !got) return got.error();
    type->converter(raw.data(), part, array.values.data() + done);
  }
  return array;
}

Result<void> writeNpy(const std::filesystem::path& path, const NpyArray& array) {
  if (product(array.shape) != array.values.size() || array.shape.size() > largestRank)
    return Error{ErrorKind::data, "Cannot write " + path.string() + ": the shape does not match the " +
                                      std::to_string(array.values.size()) + " values."};
  std::string sizes;
  for (const int64_t size : array.shape) sizes += std::to_string(size) + ", ";
  std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + sizes + "), }";
  if (array.shape.size() != 1) {  // only a tuple of one ends in a comma
    const size_t comma = header.rfind(", )");
    if (comma != std::string::npos) header.erase(comma, 2);
  }
  constexpr size_t alignment = 64;
  constexpr size_t prefix = 10;  // magic, version, length
  header.resize((prefix + header.size() + 1 + alignment - 1) / alignment * alignment - prefix, ' ');
  header.back() = '\n';

  std::string start(magic);
  start += {'\1', '\0', static_cast<char>(header.size() & 255), static_cast<char>(header.size() >> 8)};
  start += header;
  Result<AtomicFile> out = AtomicFile::create(path);
  if (!out) return out.error();
  if (auto done = out->write(std::as_bytes(std::span(start))); !done) return done;
  if (auto done = out->write(std::as_bytes(std::span(array.values))); !done) return done;
  return out->commit();
}

}  // namespace bypath
