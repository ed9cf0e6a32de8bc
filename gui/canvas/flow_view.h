// The gradient split of a frame, ready to be drawn: flows of a repeated block's copies joined, widths on a
// common logarithmic scale.
#pragma once

#include <map>
#include <QString>
#include <string>

#include "core/network/network_spec.h"
#include "core/probes/probe.h"

namespace bypath {

// Of one block or hand-drawn Add; the copies' norms by geometric mean, the cosine by arithmetic mean.
struct DrawnFlow {
  double shortcutNorm = 0;
  double branchNorm = 0;
  double cosine = 0;
  int copies = 0;
  double shortcutWidth = 0;  // pen widths
  double branchWidth = 0;

  bool operator==(const DrawnFlow&) const = default;
  QString toolTip() const;
};

// By drawn path (core/network/paths.h).
std::map<std::string, DrawnFlow> drawnFlows(const ProbeRecord& record, const NetworkSpec& network);
QString normText(double norm);  // "0.42", "1.3e-5"

}  // namespace bypath
