#include "core/base/parallel.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <mutex>

namespace bypath {
namespace {

// oneTBB starts no more workers than the machine has threads unless told otherwise, and of several live
// controls the smallest counts. So there is one for the process, and it only grows.
void allowThreads(int threads) {
  static std::mutex mutex;
  static int allowed = hardwareThreads();
  static std::unique_ptr<tbb::global_control> control;
  const std::lock_guard lock(mutex);
  if (threads <= allowed) return;
  control.reset();
  control = std::make_unique<tbb::global_control>(tbb::global_control::max_allowed_parallelism,
                                                  static_cast<size_t>(threads));
  allowed = threads;
}

}  // namespace

struct Parallel::Arena {
  explicit Arena(int threads) : tasks(threads) {}
  tbb::task_arena tasks;
};

Parallel::Parallel(int threads) : threads_(threads > 0 ? threads : hardwareThreads()) {
  if (threads_ == 1) return;
  allowThreads(threads_);
  arena_ = std::make_unique<Arena>(threads_);
}

Parallel::~Parallel() = default;

int Parallel::slot() const {
  return arena_ ? std::clamp(tbb::this_task_arena::current_thread_index(), 0, threads_ - 1) : 0;
}

void Parallel::forEachErased(int64_t count, void (*body)(void*, int64_t), void* context) {
  if (!arena_) {
    for (int64_t i = 0; i < count; ++i) body(context, i);
    return;
  }
  if (count <= 0) return;
  // oneTBB orders what happens before, in and after the loop; the thread sanitizer cannot see that inside the
  // library, and believes this.
  std::atomic<int> order;
  order.store(0, std::memory_order_release);
  const auto range = [&](const tbb::blocked_range<int64_t>& part) {
    order.load(std::memory_order_acquire);
    for (int64_t i = part.begin(); i != part.end(); ++i) body(context, i);
    order.fetch_add(1, std::memory_order_release);
  };
  // Isolated: a body that calls forEach again must not, while it waits, be handed another iteration of the
  // outer loop, which would use the scratch memory of the same slot.
  arena_->tasks.execute([&] {
    tbb::this_task_arena::isolate(
        [&] { tbb::parallel_for(tbb::blocked_range<int64_t>(0, count), range, tbb::auto_partitioner()); });
  });
  order.load(std::memory_order_acquire);
}

int hardwareThreads() {
  return std::max(1, tbb::info::default_concurrency());
}

}  // namespace bypath
