// Named values with a description: what a layer, a template or the trainer can be told. One schema makes the
// form on the desktop, the --set flags, the environment variables, the JSON validation and the manual's
// table.
//
//   AttributeSchema schema = {{.key = "stride", .label = "Stride", .kind = AttributeKind::integer,
//                              .fallback = int64_t{1}, .minimum = 1, .maximum = 8, .help = "..."}};
//   Attributes set;                              // only what differs from the default is stored
//   auto wrong = schema.validate(set, "stage1/conv1");
//   AttributeReader read(schema, set);  read.integer("stride");
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"

namespace bypath {

enum class AttributeKind { integer, real, boolean, choice, text, shape, folder };

// shape is a text such as "32x32x3"; choice is a text out of a list; folder is a path as text.
using AttributeValue = std::variant<bool, int64_t, double, std::string>;
using Attributes = std::map<std::string, AttributeValue, std::less<>>;

struct AttributeDescription {
  std::string key;
  std::string label;
  AttributeKind kind = AttributeKind::integer;
  AttributeValue fallback = int64_t{0};  // the default
  double minimum = 0;                    // of integer and real, both ends included
  double maximum = 1e18;
  std::vector<std::string> choices;
  std::string unit;
  std::string help;   // one sentence
  std::string least;  // what the minimum, or an empty text, stands for: "all", "off"
};

class AttributeSchema {
 public:
  AttributeSchema() = default;
  AttributeSchema(std::initializer_list<AttributeDescription> list) : list_(list) {}
  explicit AttributeSchema(std::vector<AttributeDescription> list) : list_(std::move(list)) {}

  const std::vector<AttributeDescription>& list() const { return list_; }
  const AttributeDescription* find(std::string_view key) const;

  // Unknown keys, wrong kinds and values out of range are refused; `where` names the owner in the sentence.
  Result<void> validate(const Attributes& attributes, const std::string& where) const;
  // Reads a value as a person types it ("3", "true", "projection") for `key`.
  Result<AttributeValue> parse(std::string_view key, std::string_view text) const;

 private:
  std::vector<AttributeDescription> list_;
};

// Typed access with the schema's defaults. Asking for a key or kind that the schema does not have is our bug.
class AttributeReader {
 public:
  AttributeReader(const AttributeSchema& schema, const Attributes& attributes)
      : schema_(schema), attributes_(attributes) {}

  int64_t integer(std::string_view key) const;
  double real(std::string_view key) const;
  bool boolean(std::string_view key) const;
  const std::string& text(std::string_view key) const;

 private:
  const AttributeValue& value(std::string_view key) const;

  const AttributeSchema& schema_;
  const Attributes& attributes_;
};

std::string toText(const AttributeValue& value);
nlohmann::json toJson(const Attributes& attributes);
nlohmann::json toJson(
    const AttributeSchema& schema);  // key, label, kind, default, minimum, maximum, choices, help
// Accepts an object of booleans, numbers and texts.
Result<Attributes> attributesFromJson(const nlohmann::json& json, const std::string& where);

}  // namespace bypath
