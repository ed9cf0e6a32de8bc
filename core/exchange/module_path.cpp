#include "core/exchange/module_path.h"

#include <charconv>

namespace bypath {

PathPart pathPart(std::string_view text) {
  const size_t open = text.rfind('[');
  if (open == std::string_view::npos || text.back() != ']') return {.name = text};
  PathPart part{.name = text.substr(0, open)};
  std::from_chars(text.data() + open + 1, text.data() + text.size() - 1, part.copy);
  return part;
}

std::vector<ModuleStep> moduleSteps(std::string_view layerPath) {
  std::vector<ModuleStep> steps;
  std::string prefix;
  for (size_t at = 0; at <= layerPath.size();) {
    const size_t slash = std::min(layerPath.find('/', at), layerPath.size());
    const std::string_view text = layerPath.substr(at, slash - at);
    const bool last = slash == layerPath.size(), inside = !steps.empty() || !prefix.empty();
    at = slash + 1;
    if (!last && inside && (text == "branch" || text == "shortcut")) {
      prefix += std::string(text) + "/";
      continue;
    }
    const PathPart part = pathPart(text);
    steps.push_back(
        {prefix + std::string(part.name), std::string(layerPath.substr(0, slash)), last ? 0 : part.copy});
    if (last) steps.back().key = prefix + std::string(text);
    prefix.clear();
  }
  return steps;
}

}  // namespace bypath
