#include "core/probes/probe.h"

#include <algorithm>
#include <cmath>

namespace bypath {

ShortcutFlow splitFlow(std::string path, double shortcutSquare, double branchSquare, double product) {
  ShortcutFlow flow{.path = std::move(path),
                    .shortcutNorm = std::sqrt(shortcutSquare),
                    .branchNorm = std::sqrt(branchSquare)};
  const double norms = flow.shortcutNorm * flow.branchNorm;
  // Rounding in float32 may leave the quotient a little outside; not a number stays not a number.
  if (norms != 0) {
    const double cosine = product / norms;
    flow.cosine = std::isnan(cosine) ? cosine : std::clamp(cosine, -1.0, 1.0);
  }
  return flow;
}

std::string layerOfParameter(const std::string& parameter) {
  const size_t slash = parameter.rfind('/');
  return slash == std::string::npos ? parameter : parameter.substr(0, slash);
}

}  // namespace bypath
