// The frames of a run so far, at most so many, spread evenly over its steps: what a person scrubs back
// through.
//
//   history.add(frame);
//   show(*history.at(cursor));
#pragma once

#include <memory>
#include <vector>

#include "core/training/feed.h"

namespace bypath {

class FrameHistory {
 public:
  using Frame = std::shared_ptr<const InspectionFrame>;
  explicit FrameHistory(size_t most = 300) : most_(most) {}

  void add(Frame frame);
  void clear();
  // The last frame at or before a step, else the first; null without any.
  Frame at(int64_t step) const;
  const std::vector<Frame>& frames() const { return frames_; }  // by rising step
  int revision() const { return revision_; }                    // changes with every frame

 private:
  size_t most_;
  std::vector<Frame> frames_;
  int revision_ = 0;
};

}  // namespace bypath
