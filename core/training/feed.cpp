#include "core/training/feed.h"

#include <utility>

namespace bypath {

void TrainingFeed::push(FeedEvent event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
}

std::vector<FeedEvent> TrainingFeed::drain() {
  const std::lock_guard lock(mutex_);
  return std::exchange(events_, {});
}

void TrainingFeed::publish(std::shared_ptr<const InspectionFrame> frame) {
  {
    const std::lock_guard lock(mutex_);
    frame_.swap(frame);
  }
  // The frame before this one, if nobody else holds it, ends here, outside the lock.
}

std::shared_ptr<const InspectionFrame> TrainingFeed::latest() const {
  const std::lock_guard lock(mutex_);
  return frame_;
}

}  // namespace bypath
