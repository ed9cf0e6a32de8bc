// A full disk: training stands still and says why, tries again every few seconds and whenever a person asks
// it to go on. Nothing that was saved before is touched (AtomicFile).
#include "core/base/disk_room.h"
#include "core/base/text.h"
#include "core/training/training_run.h"

namespace bypath {
namespace {

constexpr std::chrono::milliseconds timeBetweenTries{3000};
constexpr uint64_t historyBytes = uint64_t{1} << 18;  // more than what is appended at a time

}  // namespace

Result<void> TrainingRun::withRoom(const std::filesystem::path& file, uint64_t bytes,
                                   const std::function<Result<void>()>& write) {
  const TrainerState before = state_;
  std::optional<Clock::time_point> waiting;
  Result<void> written;
  for (bool again = false;;) {
    written = write();
    if (written || written.error().kind != ErrorKind::io) break;
    const bool room = hasRoom(job_.folder, bytes);
    if (room && again) break;  // something else is wrong
    again = room;
    if (room) continue;
    if (!waiting) {
      waiting = Clock::now();
      push(FeedEventKind::message, {},
           "There is no room for " + file.string() + ": it takes " + bytesText(bytes) + ", and " +
               bytesText(freeBytes(job_.folder)) +
               " are free. Training is paused and goes on once there is room.");
      setState(TrainerState::paused);
    }
    if (commands_.waitOrStop(timeBetweenTries)) break;
  }
  if (waiting) {
    since_ += Clock::now() - *waiting;
    setState(before);
  }
  return written;
}

Result<void> TrainingRun::tell(const std::function<Result<void>(RunStore&)>& write) {
  if (!history_) return {};
  return withRoom(job_.folder / "run.sqlite", historyBytes, [&] { return write(*history_); });
}

// A little more than what writeCheckpoint() will write.
uint64_t TrainingRun::checkpointBytes() const {
  constexpr uint64_t description = uint64_t{1} << 16, eachTensor = 256;
  const auto parameters = static_cast<uint64_t>(store_.size()),
             count = static_cast<uint64_t>(store_.totalCount());
  uint64_t numbers = count * (average_ ? 2 : 1), tensors = parameters * (average_ ? 2 : 1);
  for (const OptimizerSlot& slot : optimizer_->slots()) {
    tensors += parameters;
    for (const Buffer<float>& values : slot.values) numbers += values.size();
  }
  return numbers * sizeof(float) + tensors * eachTensor + description;
}

}  // namespace bypath
