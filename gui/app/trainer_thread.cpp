#include "gui/app/trainer_thread.h"

#include <sys/resource.h>
#include <unistd.h>
#include <QCoreApplication>

#include "core/runs/run_store.h"
#include "core/training/settings.h"
#include "gui/app/gpu_turn.h"

namespace bypath {

namespace {

// The window comes first: this thread, and the workers that it brings up, stand back a little. Linux keeps
// one such value a thread.
void standBack() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 5);
}

std::string said(const char* text) {
  return QCoreApplication::translate("TrainerThread", text).toStdString();
}

}  // namespace

TrainerThread::TrainerThread(Job job, std::shared_ptr<TrainingFeed> feed, std::function<void()> done)
    : job_(std::move(job)), feed_(std::move(feed)) {
  thread_ = std::jthread([this, done = std::move(done)] {
    standBack();
    outcome_ = work();
    done();
  });
}

TrainerThread::~TrainerThread() {
  tell([](TrainerCommands& c) { c.stop(); });
}

const Result<TrainingOutcome>& TrainerThread::outcome() {
  if (thread_.joinable()) thread_.join();
  return outcome_;
}

Result<MadeEngine> engineFor(const Attributes& settings) {
  return makeEngine(EngineChoice::of(AttributeReader(trainingSchema(), settings)));
}

// The trainer tells the feed of its own errors; of those before it, this does.
Result<TrainingOutcome> TrainerThread::work() {
  const auto preparing = [this](const std::string& what, std::map<std::string, double> values = {}) {
    feed_->push({.kind = FeedEventKind::state,
                 .state = TrainerState::preparing,
                 .values = std::move(values),
                 .text = what});
  };
  const auto fail = [this](const Error& error) {
    feed_->push(
        {.kind = FeedEventKind::failed, .state = TrainerState::failed, .values = {}, .text = error.message});
    return error;
  };
  preparing("");
  const AttributeReader read(trainingSchema(), job_.settings);
  const Result<GpuTurn> turn = GpuTurn::take(read.text("engine"));
  if (!turn) return fail(turn.error());
  Result<MadeEngine> made = engineFor(job_.settings);
  if (!made) return fail(made.error());
  if (!made->note.empty())
    feed_->push({.kind = FeedEventKind::message, .state = TrainerState::preparing, .text = made->note});
  Result<std::shared_ptr<const DataSet>> data =
      job_.shelf->open(read.text("data"), read.text("data_dir"), [&, last = -1](double share) mutable {
        if (const int percent = static_cast<int>(share * 100); percent != last) {
          last = percent;
          preparing(said(QT_TRANSLATE_NOOP("TrainerThread", "reading the images")), {{"share", share}});
        }
      });
  if (!data) return fail(data.error());
  Result<std::filesystem::path> folder =
      job_.runFolder.empty() ? newRunFolder(job_.project.network.name) : job_.runFolder;
  if (!folder) return fail(folder.error());

  preparing(said(QT_TRANSLATE_NOOP("TrainerThread", "making the network ready")));
  Trainer trainer({.project = job_.project,
                   .settings = job_.settings,
                   .layers = job_.layers,
                   .engine = made->engine.get(),
                   .spare = [choice = EngineChoice::of(read)] { return makeSpareEngine(choice); },
                   .data = *data,
                   .folder = *folder,
                   .resume = !job_.runFolder.empty(),
                   .branchFrom = job_.branchFrom,
                   .weightsFrom = job_.weightsFrom},
                  feed_);
  {
    const std::lock_guard lock(mutex_);
    for (const auto& command : early_) command(trainer.commands());
    folder_ = *folder;
    trainer_ = &trainer;
  }
  Result<TrainingOutcome> outcome = trainer.run();
  const std::lock_guard lock(mutex_);
  trainer_ = nullptr;
  return outcome;
}

void TrainerThread::tell(std::function<void(TrainerCommands&)> command) {
  const std::lock_guard lock(mutex_);
  if (trainer_)
    command(trainer_->commands());
  else
    early_.push_back(std::move(command));
}

std::filesystem::path TrainerThread::folder() const {
  const std::lock_guard lock(mutex_);
  return folder_;
}

}  // namespace bypath
