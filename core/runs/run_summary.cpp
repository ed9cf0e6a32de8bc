#include "core/runs/run_summary.h"

#include <algorithm>
#include <cmath>

namespace bypath {

namespace {

bool isMeasured(const std::string& name) {
  return name != "learning_rate" && name != "images_per_second" && name != "gradient_norm";
}

void takeBest(std::map<std::string, double>& best, const std::string& name, double value) {
  if (!isMeasured(name) || !std::isfinite(value)) return;
  const auto [entry, isNew] = best.emplace(name, value);
  if (!isNew)
    entry->second = largeIsGood(name) ? std::max(entry->second, value) : std::min(entry->second, value);
}

}  // namespace

bool largeIsGood(const std::string& name) {
  return name.find("accuracy") != std::string::npos;
}

RunSummary summarise(const std::vector<RunRow>& rows) {
  RunSummary summary;
  for (const RunRow& row : rows) {
    summary.steps = std::max(summary.steps, row.step);
    summary.seconds = std::max(summary.seconds, row.seconds);
    if (!row.epochEnd) continue;
    summary.epochs = std::max(summary.epochs, row.epoch);
    for (const auto& [name, value] : row.values) {
      takeBest(summary.best, name, value);
      summary.last[name] = value;
    }
  }
  return summary;
}

}  // namespace bypath
