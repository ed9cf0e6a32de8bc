#include "core/network/reporter.h"

namespace bypath {
namespace {

std::string withoutCopies(const std::string& path) {
  std::string drawn;
  bool inside = false;
  for (const char c : path) {
    if (c == '[') inside = true;
    if (!inside) drawn += c;
    if (c == ']') inside = false;
  }
  return drawn;
}

}  // namespace

void Reporter::report(Severity severity, const std::string& path, const std::string& message,
                      std::vector<Fix> fixes) {
  int& count = severity == Severity::error ? errors_ : remarks_;
  if (count > most || !seen_.insert(withoutCopies(path) + '\n' + message).second) return;
  if (++count <= most) {
    diagnostics_.push_back({severity, path, message, std::move(fixes)});
  } else if (severity == Severity::error) {
    diagnostics_.push_back(
        {Severity::error, "", "There are more problems than are listed here; mend these first.", {}});
  }
}

}  // namespace bypath
