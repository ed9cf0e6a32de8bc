// Reads an object of a JSON file field by field; what is missing or of the wrong kind is a JsonProblem that
// names its place ("network.graph.nodes[3].name"). Caught where the file's name is known; never leaves
// the reader of a file.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/attributes.h"

namespace bypath {

struct JsonProblem {
  std::string message;
};

class JsonFields {
 public:
  // `json` must outlive this; `place` is "" for the whole file.
  JsonFields(const nlohmann::json& json, std::string place);

  // Refuses any other key.
  void only(std::initializer_list<std::string_view> keys) const;
  bool has(const char* key) const { return json_.contains(key); }
  const nlohmann::json& json() const { return json_; }
  std::string place(const std::string& key) const;
  std::string place(const std::string& key, size_t index) const;

  std::string text(const char* key) const;
  int64_t integer(const char* key) const;
  const nlohmann::json& array(const char* key) const;
  JsonFields object(const char* key) const;
  Attributes attributes(const char* key) const;

 private:
  const nlohmann::json& at(const char* key, const char* kind) const;

  const nlohmann::json& json_;
  std::string place_;
};

}  // namespace bypath
