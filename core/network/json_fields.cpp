#include "core/network/json_fields.h"

#include <algorithm>

namespace bypath {

JsonFields::JsonFields(const nlohmann::json& json, std::string place)
    : json_(json), place_(std::move(place)) {
  if (!json.is_object()) throw JsonProblem{(place_.empty() ? "the file" : place_) + " must be an object"};
}

void JsonFields::only(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, value] : json_.items())
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      throw JsonProblem{place(key) + " is not known in this version; check the spelling"};
}

std::string JsonFields::place(const std::string& key) const {
  return place_.empty() ? key : place_ + "." + key;
}

std::string JsonFields::place(const std::string& key, size_t index) const {
  return place(key) + "[" + std::to_string(index) + "]";
}

const nlohmann::json& JsonFields::at(const char* key, const char* kind) const {
  const auto found = json_.find(key);
  if (found == json_.end()) throw JsonProblem{place(key) + " is missing; it must be " + kind};
  return *found;
}

std::string JsonFields::text(const char* key) const {
  const nlohmann::json& value = at(key, "a text");
  if (!value.is_string()) throw JsonProblem{place(key) + " must be a text"};
  return value.get<std::string>();
}

int64_t JsonFields::integer(const char* key) const {
  const nlohmann::json& value = at(key, "a whole number");
  const bool huge = value.is_number_unsigned() && value.get<uint64_t>() > static_cast<uint64_t>(INT64_MAX);
  if (!value.is_number_integer() || huge) throw JsonProblem{place(key) + " must be a whole number"};
  return value.get<int64_t>();
}

const nlohmann::json& JsonFields::array(const char* key) const {
  const nlohmann::json& value = at(key, "a list");
  if (!value.is_array()) throw JsonProblem{place(key) + " must be a list"};
  return value;
}

JsonFields JsonFields::object(const char* key) const {
  return {at(key, "an object"), place(key)};
}

Attributes JsonFields::attributes(const char* key) const {
  const Result<Attributes> read = attributesFromJson(at(key, "an object"), place(key));
  if (read) return *read;
  // Sentences end where the file's name is put in front.
  std::string message = read.error().message;
  if (message.ends_with('.')) message.pop_back();
  throw JsonProblem{message};
}

}  // namespace bypath
