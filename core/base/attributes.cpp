#include "core/base/attributes.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace bypath {
namespace {

constexpr int64_t largestDimension = 1'000'000;

std::string_view kindName(AttributeKind kind) {
  switch (kind) {
    case AttributeKind::integer:
      return "integer";
    case AttributeKind::real:
      return "real";
    case AttributeKind::boolean:
      return "boolean";
    case AttributeKind::choice:
      return "choice";
    case AttributeKind::folder:
      return "folder";
    case AttributeKind::text:
      return "text";
    case AttributeKind::shape:
      return "shape";
  }
  return "";
}

std::string numberText(double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return {digits, end};
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

template <class Number>
std::optional<Number> numberFromText(std::string_view text) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

bool isShapeText(std::string_view text) {
  for (int axis = 0; axis < 4; ++axis) {
    const size_t cross = text.find('x');
    const auto size = numberFromText<int64_t>(text.substr(0, cross));
    if (!size || *size < 1 || *size > largestDimension) return false;
    if (cross == std::string_view::npos) return true;
    text.remove_prefix(cross + 1);
  }
  return false;
}

// What the value must be, as the end of "stride must be ...".
std::string expectation(const AttributeDescription& description) {
  const std::string unit = description.unit.empty() ? "" : " " + description.unit;
  const bool bounded = description.maximum < 1e18;
  const std::string range =
      bounded ? " from " + numberText(description.minimum) + " to " + numberText(description.maximum) + unit
              : " of at least " + numberText(description.minimum) + unit;
  switch (description.kind) {
    case AttributeKind::integer:
      return "a whole number" + range;
    case AttributeKind::real:
      return "a number" + range;
    case AttributeKind::boolean:
      return "true or false";
    case AttributeKind::choice:
      return "one of " + joined(description.choices);
    case AttributeKind::folder:
      return "a folder";
    case AttributeKind::text:
      return "a text";
    case AttributeKind::shape:
      return "one to four sizes such as 32x32x3";
  }
  return "";
}

bool fits(const AttributeDescription& description, const AttributeValue& value) {
  const auto inRange = [&](double number) {
    return number >= description.minimum && number <= description.maximum;
  };
  const auto* whole = std::get_if<int64_t>(&value);
  const auto* real = std::get_if<double>(&value);
  const auto* text = std::get_if<std::string>(&value);
  switch (description.kind) {
    case AttributeKind::integer:
      return whole && inRange(static_cast<double>(*whole));
    case AttributeKind::real:
      return whole ? inRange(static_cast<double>(*whole)) : real && inRange(*real);
    case AttributeKind::boolean:
      return std::holds_alternative<bool>(value);
    case AttributeKind::choice:
      return text && std::find(description.choices.begin(), description.choices.end(), *text) !=
                         description.choices.end();
    case AttributeKind::folder:
    case AttributeKind::text:
      return text != nullptr;
    case AttributeKind::shape:
      return text && isShapeText(*text);
  }
  return false;
}

std::string placePrefix(const std::string& where) {
  return where.empty() ? "" : where + ": ";
}

Error unknownKey(const AttributeSchema& schema, std::string_view key, const std::string& where) {
  std::vector<std::string> keys;
  for (const AttributeDescription& description : schema.list()) keys.push_back(description.key);
  const std::string known = keys.empty() ? "there are none here" : "known are " + joined(keys);
  return {ErrorKind::usage,
          placePrefix(where) + "there is no attribute '" + std::string(key) + "'; " + known + "."};
}

Error wrongValue(ErrorKind kind, const AttributeDescription& description, std::string_view found,
                 const std::string& where) {
  return {kind, placePrefix(where) + description.key + " must be " + expectation(description) + ", and is '" +
                    std::string(found) + "'."};
}

std::optional<bool> booleanText(std::string_view text) {
  for (const std::string_view yes : {"true", "yes", "on", "1"})
    if (text == yes) return true;
  for (const std::string_view no : {"false", "no", "off", "0"})
    if (text == no) return false;
  return std::nullopt;
}

// A value of the description's kind, or nothing where the text cannot be read as one.
std::optional<AttributeValue> readText(AttributeKind kind, std::string_view text) {
  const auto wrap = [](const auto& read) {
    return read ? std::optional<AttributeValue>(*read) : std::nullopt;
  };
  switch (kind) {
    case AttributeKind::integer:
      return wrap(numberFromText<int64_t>(text));
    case AttributeKind::real:
      return wrap(numberFromText<double>(text));
    case AttributeKind::boolean:
      return wrap(booleanText(text));
    default:
      return std::string(text);
  }
}

}  // namespace

const AttributeDescription* AttributeSchema::find(std::string_view key) const {
  for (const AttributeDescription& description : list_)
    if (description.key == key) return &description;
  return nullptr;
}

Result<void> AttributeSchema::validate(const Attributes& attributes, const std::string& where) const {
  for (const auto& [key, value] : attributes) {
    const AttributeDescription* description = find(key);
    if (!description) return unknownKey(*this, key, where);
    if (!fits(*description, value)) return wrongValue(ErrorKind::data, *description, toText(value), where);
  }
  return {};
}

Result<AttributeValue> AttributeSchema::parse(std::string_view key, std::string_view text) const {
  const AttributeDescription* description = find(key);
  if (!description) return unknownKey(*this, key, "");
  const std::optional<AttributeValue> value = readText(description->kind, text);
  if (!value || !fits(*description, *value)) return wrongValue(ErrorKind::usage, *description, text, "");
  return *value;
}

const AttributeValue& AttributeReader::value(std::string_view key) const {
  const auto set = attributes_.find(key);
  if (set != attributes_.end()) return set->second;
  const AttributeDescription* description = schema_.find(key);
  assert(description);
  return description->fallback;
}

int64_t AttributeReader::integer(std::string_view key) const {
  return std::get<int64_t>(value(key));
}

double AttributeReader::real(std::string_view key) const {
  const AttributeValue& found = value(key);
  const auto* whole = std::get_if<int64_t>(&found);
  return whole ? static_cast<double>(*whole) : std::get<double>(found);
}

bool AttributeReader::boolean(std::string_view key) const {
  return std::get<bool>(value(key));
}

const std::string& AttributeReader::text(std::string_view key) const {
  return std::get<std::string>(value(key));
}

std::string toText(const AttributeValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<int64_t>(&value)) return std::to_string(*whole);
  if (const auto* real = std::get_if<double>(&value)) return numberText(*real);
  return std::get<std::string>(value);
}

namespace {

nlohmann::json valueToJson(const AttributeValue& value) {
  return std::visit([](const auto& content) { return nlohmann::json(content); }, value);
}

std::optional<AttributeValue> valueFromJson(const nlohmann::json& json) {
  if (json.is_boolean()) return json.get<bool>();
  if (json.is_number_unsigned() && json.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX))
    return std::nullopt;
  if (json.is_number_integer()) return json.get<int64_t>();
  if (json.is_number_float()) return json.get<double>();
  if (json.is_string()) return json.get<std::string>();
  return std::nullopt;
}

Error noValue(const std::string& key, const std::string& where) {
  return {ErrorKind::data,
          where + ": " + key + " must be true or false, a number of at most 64 bits, or a text."};
}

}  // namespace

nlohmann::json toJson(const Attributes& attributes) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [key, value] : attributes) json[key] = valueToJson(value);
  return json;
}

nlohmann::json toJson(const AttributeSchema& schema) {
  nlohmann::json list = nlohmann::json::array();
  for (const AttributeDescription& description : schema.list()) {
    nlohmann::json entry = {{"key", description.key},
                            {"label", description.label},
                            {"kind", kindName(description.kind)},
                            {"default", valueToJson(description.fallback)},
                            {"help", description.help}};
    if (description.kind == AttributeKind::integer || description.kind == AttributeKind::real) {
      entry["minimum"] = description.minimum;
      entry["maximum"] = description.maximum;
    }
    if (description.kind == AttributeKind::choice) entry["choices"] = description.choices;
    if (!description.unit.empty()) entry["unit"] = description.unit;
    if (!description.least.empty()) entry["least"] = description.least;
    list.push_back(std::move(entry));
  }
  return list;
}

Result<Attributes> attributesFromJson(const nlohmann::json& json, const std::string& where) {
  if (!json.is_object())
    return Error{ErrorKind::data, where + ": the attributes must be an object of keys and values."};
  Attributes attributes;
  for (const auto& [key, content] : json.items()) {
    std::optional<AttributeValue> value = valueFromJson(content);
    if (!value) return noValue(key, where);
    attributes.emplace(key, std::move(*value));
  }
  return attributes;
}

}  // namespace bypath
