#include "core/exchange/setting_reader.h"

#include <cmath>
#include <cstdlib>
#include <sstream>

#include "core/exchange/python_text.h"

namespace bypath {

double SettingReader::real(std::string_view key, double fallback) const {
  const auto found = settings_.find(key);
  if (found == settings_.end()) return fallback;
  if (const double* value = std::get_if<double>(&found->second)) return *value;
  if (const int64_t* value = std::get_if<int64_t>(&found->second)) return static_cast<double>(*value);
  return fallback;
}

int64_t SettingReader::integer(std::string_view key, int64_t fallback) const {
  const auto found = settings_.find(key);
  const int64_t* value = found == settings_.end() ? nullptr : std::get_if<int64_t>(&found->second);
  return value ? *value : fallback;
}

bool SettingReader::flag(std::string_view key) const {
  const auto found = settings_.find(key);
  const bool* value = found == settings_.end() ? nullptr : std::get_if<bool>(&found->second);
  return value && *value;
}

std::string SettingReader::text(std::string_view key, const std::string& fallback) const {
  const auto found = settings_.find(key);
  const std::string* value = found == settings_.end() ? nullptr : std::get_if<std::string>(&found->second);
  return value ? *value : fallback;
}

std::string SettingReader::tuple(std::string_view key, const std::string& fallback) const {
  std::istringstream words(text(key, fallback));
  std::string all;
  for (std::string word; std::getline(words, word, ',');) {
    char* end = nullptr;
    const double value = std::strtod(word.c_str(), &end);
    if (end != word.c_str() && std::isfinite(value)) all += pythonReal(value) + ", ";
  }
  return "(" + (all.empty() ? "" : all.substr(0, all.size() - 1)) + ")";
}

}  // namespace bypath
