#include "core/exchange/onnx_file.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/coded_stream.h>

#include "core/base/bounded_reader.h"

namespace bypath {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::io::CodedInputStream;

// A message of two bytes takes a hundred times as much in memory: they are counted before any is made.
constexpr int64_t mostPieces = 4'000'000;
constexpr int deepest = 32;

enum class Scan { fine, notOnnx, tooMany, tooDeep };

// Walks over the messages by the official schema, without keeping anything.
class Scanner {
 public:
  explicit Scanner(CodedInputStream& in) : in_(in) {}

  Scan message(const Descriptor& type, int depth) {
    if (depth > deepest) return Scan::tooDeep;
    while (const uint32_t tag = in_.ReadTag()) {
      const FieldDescriptor* field = type.FindFieldByNumber(static_cast<int>(tag >> 3));
      if (Scan scan = value(tag & 7, field, depth); scan != Scan::fine) return scan;
      if (pieces_ > mostPieces) return Scan::tooMany;
    }
    return in_.ConsumedEntireMessage() ? Scan::fine : Scan::notOnnx;
  }

 private:
  Scan value(uint32_t wire, const FieldDescriptor* field, int depth) {
    uint64_t number = 0;
    const auto done = [](bool ok) { return ok ? Scan::fine : Scan::notOnnx; };
    if (!field) ++pieces_;
    switch (wire) {
      case 0:
        return done(in_.ReadVarint64(&number));
      case 1:
        return done(in_.Skip(8));
      case 2:
        return lengthDelimited(field, depth);
      case 5:
        return done(in_.Skip(4));
      default:
        return Scan::notOnnx;
    }
  }

  Scan lengthDelimited(const FieldDescriptor* field, int depth) {
    uint32_t length = 0;
    if (!in_.ReadVarint32(&length) || length > mostOnnxBytes) return Scan::notOnnx;
    const auto size = static_cast<int>(length);
    if (const int left = in_.BytesUntilLimit(); left >= 0 && size > left) return Scan::notOnnx;
    const bool inside = field && field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (inside || (field && field->cpp_type() == FieldDescriptor::CPPTYPE_STRING)) ++pieces_;
    if (!inside) return in_.Skip(size) ? Scan::fine : Scan::notOnnx;
    const CodedInputStream::Limit outer = in_.PushLimit(size);
    const Scan scan = message(*field->message_type(), depth + 1);
    in_.PopLimit(outer);
    return scan;
  }

  CodedInputStream& in_;
  int64_t pieces_ = 0;
};

Result<void> scan(std::string_view bytes, const std::string& origin) {
  const auto size = static_cast<int>(bytes.size());
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()), size);
  in.PushLimit(size);
  switch (Scanner(in).message(*onnx::ModelProto::descriptor(), 0)) {
    case Scan::fine:
      return {};
    case Scan::tooMany:
      return Error{ErrorKind::data, origin + " is made of more than " + std::to_string(mostPieces) +
                                        " pieces; no network that large is read."};
    case Scan::tooDeep:
      return Error{ErrorKind::data, origin + " has graphs inside graphs, deeper than " +
                                        std::to_string(deepest) + " levels; no such model is read."};
    case Scan::notOnnx:
      break;
  }
  return Error{ErrorKind::data, origin + " is not an ONNX model, or is damaged; export the model again."};
}

}  // namespace

Result<onnx::ModelProto> onnxFromBytes(std::string_view bytes, const std::string& origin) {
  if (bytes.empty() || bytes.size() > mostOnnxBytes)
    return Error{ErrorKind::data,
                 origin + (bytes.empty() ? " is empty" : " is larger than 2 GiB") + "; give an ONNX model."};
  if (Result<void> scanned = scan(bytes, origin); !scanned) return scanned.error();
  onnx::ModelProto model;
  const auto size = static_cast<int>(bytes.size());
  CodedInputStream in(reinterpret_cast<const uint8_t*>(bytes.data()), size);
  in.SetRecursionLimit(deepest + 1);
  if (!model.ParseFromCodedStream(&in) || !in.ConsumedEntireMessage())
    return Error{ErrorKind::data, origin + " is not an ONNX model, or is damaged; export the model again."};
  if (Result<void> checked = checkOnnx(model, origin); !checked) return checked.error();
  return model;
}

Result<onnx::ModelProto> readOnnx(const std::filesystem::path& path) {
  const Result<std::string> bytes = readTextFile(path, mostOnnxBytes);
  if (!bytes) return bytes.error();
  return onnxFromBytes(*bytes, path.string());
}

}  // namespace bypath
