#include "gui/dashboard/frame_history.h"

#include <algorithm>

#include "gui/dashboard/thinned.h"

namespace bypath {

void FrameHistory::add(Frame frame) {
  if (!frame) return;
  addThinned(frames_, std::move(frame), most_, [](const Frame& one) { return one->step; });
  ++revision_;
}

void FrameHistory::clear() {
  frames_.clear();
  ++revision_;
}

FrameHistory::Frame FrameHistory::at(int64_t step) const {
  if (frames_.empty()) return nullptr;
  const auto after = std::ranges::upper_bound(frames_, step, {}, [](const Frame& one) { return one->step; });
  return after == frames_.begin() ? frames_.front() : *std::prev(after);
}

}  // namespace bypath
