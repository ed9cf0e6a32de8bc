#include "gui/app/gpu_turn.h"

namespace bypath {

Result<GpuTurn> GpuTurn::take(const std::string& engine, std::chrono::milliseconds patience) {
  static std::timed_mutex taken;
  if (engine != "cuda") return GpuTurn({});
  std::unique_lock lock(taken, std::defer_lock);
  if (!lock.try_lock_for(patience))
    return Error{ErrorKind::resources,
                 "The GPU computes another run of this program; wait for its end, or choose the CPU."};
  return GpuTurn(std::move(lock));
}

}  // namespace bypath
