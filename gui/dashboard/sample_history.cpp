#include "gui/dashboard/sample_history.h"

namespace bypath {

void SampleHistory::add(const InspectionFrame& frame) {
  if (frame.samples.empty()) return;
  while (!kept_.empty() && kept_.back().step >= frame.step) kept_.pop_back();
  kept_.push_back({frame.step, frame.samples});
  if (count() > most_) thin();
}

// Takes out the one whose neighbours lie closest together; the first and the last stay.
void SampleHistory::thin() {
  size_t least = 1;
  const auto gap = [this](size_t i) { return kept_[i + 1].step - kept_[i - 1].step; };
  for (size_t i = 2; i + 1 < kept_.size(); ++i)
    if (gap(i) < gap(least)) least = i;
  if (kept_.size() > 2) kept_.erase(kept_.begin() + static_cast<ptrdiff_t>(least));
}

}  // namespace bypath
