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

  // No more errors are kept; what only prepares one can be left out.
  bool full() const { return errors_ > most; }

  void report(Severity severity, const std::string& path, const std::string& message,
              std::vector<Fix> fixes = {});

 private:
  static constexpr int most = 200;  // of errors, and of warnings and notes together

  std::vector<Diagnostic>& diagnostics_;
  std::unordered_set<std::string> seen_;
  int errors_ = 0;
  int remarks_ = 0;
};

}  // namespace bypath
