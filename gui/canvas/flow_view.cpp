#include "gui/canvas/flow_view.h"

#include <algorithm>
#include <cmath>
#include <QCoreApplication>

#include "core/network/paths.h"

namespace bypath {

namespace {

constexpr double thinnest = 1.6;
constexpr double thickest = 8;
constexpr double decades = 4;  // below the largest norm; anything smaller is drawn thinnest

}  // namespace

std::map<std::string, DrawnFlow> drawnFlows(const ProbeRecord& record, const NetworkSpec& network) {
  std::map<std::string, DrawnFlow> flows;
  double largest = 0;
  for (const ShortcutFlow& f : record.shortcuts) {
    if (!std::isfinite(f.shortcutNorm) || !std::isfinite(f.branchNorm)) continue;
    DrawnFlow& flow = flows[drawnPath(network, f.path)];
    const double n = ++flow.copies;
    const auto joined = [n](double mean, double next) {
      constexpr double smallest = 1e-30;
      return n == 1 ? next
                    : std::exp((std::log(std::max(mean, smallest)) * (n - 1) +
                                std::log(std::max(next, smallest))) /
                               n);
    };
    flow.shortcutNorm = joined(flow.shortcutNorm, f.shortcutNorm);
    flow.branchNorm = joined(flow.branchNorm, f.branchNorm);
    flow.cosine += (f.cosine - flow.cosine) / n;
  }
  for (const auto& [path, flow] : flows) largest = std::max({largest, flow.shortcutNorm, flow.branchNorm});
  const auto width = [&](double norm) {
    if (norm <= 0 || largest <= 0) return thinnest;
    return thinnest + (thickest - thinnest) * std::clamp(1 + std::log10(norm / largest) / decades, 0.0, 1.0);
  };
  for (auto& [path, flow] : flows) {
    flow.shortcutWidth = width(flow.shortcutNorm);
    flow.branchWidth = width(flow.branchNorm);
  }
  return flows;
}

QString normText(double norm) {
  if (norm == 0) return QStringLiteral("0");
  return QString::number(norm, norm < 1e-3 || norm >= 1e4 ? 'e' : 'g', norm < 1e-3 || norm >= 1e4 ? 1 : 3);
}

QString DrawnFlow::toolTip() const {
  QString text =
      QCoreApplication::translate("bypath::DrawnFlow",
                                  "Gradient through the shortcut %1, through the branch %2; cosine %3")
          .arg(normText(shortcutNorm), normText(branchNorm), QString::number(cosine, 'f', 2));
  if (copies > 1)
    text += QCoreApplication::translate("bypath::DrawnFlow", " (means over %1 copies)").arg(copies);
  return text;
}

}  // namespace bypath
