// The settings of a run as code that goes on with it says them; where one is not given, the trainer's
// default.
#pragma once

#include <string>

#include "core/base/attributes.h"

namespace bypath {

class SettingReader {
 public:
  explicit SettingReader(const Attributes& settings) : settings_(settings) {}
  double real(std::string_view key, double fallback) const;
  int64_t integer(std::string_view key, int64_t fallback) const;
  bool flag(std::string_view key) const;
  std::string text(std::string_view key, const std::string& fallback) const;
  // "0.5,0.75" as "(0.5, 0.75)"; what is no number is left out.
  std::string tuple(std::string_view key, const std::string& fallback) const;

 private:
  const Attributes& settings_;
};

}  // namespace bypath
