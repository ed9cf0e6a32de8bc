// Collects diagnostics: each sentence once for all copies of a repeated container, and not more than a person
// can read.
#pragma once

#include <string>
#include <unordered_set>

#include "core/network/check.h"

namespace bypath {

class Reporter {
 public:
  explicit Reporter(std::vector<Diagnostic>& diagnostics) : diagnostics_(diagnostics) {}

  void report(Severity severity, const std::string& path, const std::string& message,
              std::vector<Fix> fixes = {});

 private:
  static constexpr size_t most = 1000;

  std::vector<Diagnostic>& diagnostics_;
  std::unordered_set<std::string> seen_;
};

}  // namespace bypath
