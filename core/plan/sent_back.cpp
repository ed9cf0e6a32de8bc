#include "core/plan/sent_back.h"

#include <algorithm>

namespace bypath {

namespace {

// A consumer named by a site is a layer, or a container around it.
bool isAmong(const std::string& path, const std::vector<std::string>& consumers) {
  return std::any_of(consumers.begin(), consumers.end(), [&](const std::string& consumer) {
    return path == consumer || (path.size() > consumer.size() && path[consumer.size()] == '/' &&
                                path.compare(0, consumer.size(), consumer) == 0);
  });
}

}  // namespace

std::vector<ValueId> sentBy(const Differentiated& gradients, ValueId fork,
                            const std::vector<std::string>& consumers) {
  std::vector<ValueId> terms;
  if (gradients.contributions.empty()) return terms;  // forward only
  for (const Contribution& one : gradients.contributions[fork])
    if (isAmong(one.path, consumers)) terms.push_back(one.gradient);
  return terms;
}

}  // namespace bypath
