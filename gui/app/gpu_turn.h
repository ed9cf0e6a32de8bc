// Whose turn it is on the GPU: one thread of the program queues work on it at a time.
//
//   const Result<GpuTurn> turn = GpuTurn::take("cuda");
//   if (!turn) return turn.error();   // another run has it
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "core/base/result.h"

namespace bypath {

class GpuTurn {
 public:
  // Kept as long as it lives, on the thread that took it; any other engine than cuda is always free. Waits
  // that long for whoever is about to end. Errors (resources): the GPU is taken.
  static Result<GpuTurn> take(const std::string& engine,
                              std::chrono::milliseconds patience = std::chrono::seconds(10));

 private:
  explicit GpuTurn(std::unique_lock<std::timed_mutex> lock) : lock_(std::move(lock)) {}
  std::unique_lock<std::timed_mutex> lock_;
};

}  // namespace bypath
