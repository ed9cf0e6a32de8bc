// The samples of a run so far, at most so many of them, spread evenly over its steps: they come from the same
// codes, so that a slider over them is time alone.
//
//   history.add(*frame);   // thins itself
//   history.at(history.count() - 1).step
#pragma once

#include <vector>

#include "core/training/feed.h"

namespace bypath {

struct SamplesAt {
  int64_t step = 0;
  std::vector<FrameImage> samples;
};

class SampleHistory {
 public:
  explicit SampleHistory(int most = 64) : most_(most) {}

  // A frame without samples is passed over; one at or before the last step (the run went back to a
  // checkpoint) takes those from there on away.
  void add(const InspectionFrame& frame);
  void clear() { kept_.clear(); }
  int count() const { return static_cast<int>(kept_.size()); }
  const SamplesAt& at(int index) const { return kept_[static_cast<size_t>(index)]; }

 private:
  int most_;
  std::vector<SamplesAt> kept_;  // by rising step
};

}  // namespace bypath
