// A run that stands still between steps, so that a test can say when something is asked of it.
//
//   Steered run(job);
//   QVERIFY(run.stepTo(4));
//   run.commands().mute("block2", true);
//   Result<TrainingOutcome> outcome = run.goOn();
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "core/training/trainer.h"

namespace bypath {

class Steered {
 public:
  explicit Steered(TrainingJob job) : trainer_(std::move(job), feed_) {
    trainer_.commands().pause();
    thread_ = std::jthread([this] { outcome_ = trainer_.run(); });
  }
  ~Steered() { trainer_.commands().stop(); }

  TrainerCommands& commands() { return trainer_.commands(); }

  // Whether it comes to stand after so many steps; goes there one by one.
  bool stepTo(int64_t step) {
    if (!waitFor([](const FeedEvent& e) { return e.state == TrainerState::paused; })) return false;
    for (int64_t now = lastPaused(); now < step; now = lastPaused()) {
      trainer_.commands().singleStep();
      if (!waitFor([&](const FeedEvent& e) { return e.state == TrainerState::paused && e.step > now; }))
        return false;
    }
    return lastPaused() == step;
  }
  Result<TrainingOutcome> goOn() {
    trainer_.commands().resume();
    return end();
  }
  // Where it waits for room on the disk, and there is some: whether it then stands because it was asked to.
  bool tryAgain() {
    for (int i = 0; i < 3000; ++i) {
      take();
      const size_t count = seen_.size();
      if (count > 1 && seen_[count - 1].state == TrainerState::paused &&
          seen_[count - 2].kind != FeedEventKind::message)
        return true;
      trainer_.commands().pause();  // as it is already; but a wait ends
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  Result<TrainingOutcome> stop() {
    trainer_.commands().stop();
    return end();
  }

  // Messages and marks so far, a line each.
  std::string said() {
    take();
    std::string text;
    for (const FeedEvent& e : seen_)
      if (e.kind == FeedEventKind::message || e.kind == FeedEventKind::mark) text += e.text + "\n";
    return text;
  }
  const std::vector<FeedEvent>& events() {
    take();
    return seen_;
  }
  template <class Wanted>
  bool waitFor(Wanted&& wanted) {
    for (int i = 0; i < 15000; ++i) {
      take();
      for (const FeedEvent& e : seen_) {
        if (wanted(e)) return true;
        if (e.kind == FeedEventKind::failed || e.kind == FeedEventKind::finished) return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
  }

 private:
  void take() {
    for (FeedEvent& e : feed_->drain()) seen_.push_back(std::move(e));
  }
  int64_t lastPaused() const {
    int64_t step = -1;
    for (const FeedEvent& e : seen_)
      if (e.state == TrainerState::paused) step = e.step;
    return step;
  }
  Result<TrainingOutcome> end() {
    thread_.join();
    return outcome_;
  }

  std::shared_ptr<TrainingFeed> feed_ = std::make_shared<TrainingFeed>();
  Trainer trainer_;
  Result<TrainingOutcome> outcome_ = Error{};
  std::vector<FeedEvent> seen_;
  std::jthread thread_;
};

}  // namespace bypath
