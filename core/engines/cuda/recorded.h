// A stretch of work on the compute stream, queued one by one the first time, recorded the second, replayed
// from then on.
//
//   Recorded step;
//   step.run(queue, [&] { queueEverything(); });
#pragma once

#include <cstdint>
#include <utility>

#include "core/engines/cuda/device_queue.h"

namespace bypath {

class Recorded {
 public:
  Recorded() = default;
  Recorded(const Recorded&) = delete;
  Recorded& operator=(const Recorded&) = delete;
  ~Recorded() { forget(); }

  // `version` stands for all that `work` depends on: with another one it is recorded anew.
  template <class Work>
  void run(const DeviceQueue& queue, uint64_t version, Work&& work) {
    if (version != version_) forget();
    version_ = version;
    if (runs_++ == 0) return work();
    if (!graph_) record(queue, std::forward<Work>(work));
    queue.must(queue.device().replay(graph_), "replaying a step");
  }
  void forget() {
    if (graph_) {
      static_cast<void>(device_->wait(DeviceStream::compute));  // it may be running
      device_->destroy(std::exchange(graph_, nullptr));
    }
    runs_ = 0;
  }

 private:
  template <class Work>
  void record(const DeviceQueue& queue, Work&& work) {
    device_ = &queue.device();
    queue.must(device_->beginRecording(), "recording a step");
    try {
      work();
    } catch (...) {
      static_cast<void>(device_->endRecording(&graph_));
      forget();
      throw;
    }
    queue.must(device_->endRecording(&graph_), "recording a step");
  }

  Device* device_ = nullptr;
  DeviceGraph* graph_ = nullptr;
  int64_t runs_ = 0;
  uint64_t version_ = 0;
};

}  // namespace bypath
