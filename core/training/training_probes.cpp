#include <algorithm>

#include "core/training/training_run.h"

namespace bypath {
namespace {

constexpr std::chrono::milliseconds timeBetweenFrames{1000};
constexpr int mostOftenEvery = 20;  // looks take at most a twentieth of the time

}  // namespace

// What is to be looked at in the step about to be made, if anything.
ProbeRequest TrainingRun::wantedLook() const {
  if (probeEvery_ > 0 && (progress_.step + 1) % probeEvery_ == 0)
    return {.layerGradients = true, .shortcutSplit = true};
  const auto since = Clock::now() - lastFrame_;
  const bool due = since >= timeBetweenFrames && since >= mostOftenEvery * lookTime_;
  return due ? asked_ : ProbeRequest{};
}

Result<bool> TrainingRun::openProbing(const ProbeRequest& request) {
  if (probing_ && probingFor_ == request) return true;
  probing_.reset();
  Result<NetworkSession> session = NetworkSession::open(
      *place_, {.batch = batch_ / microBatches_, .frozen = frozen_, .gradients = true, .probes = request});
  if (!session) {
    if (!(request == asked_)) return session.error();
    asked_ = {};
    push(FeedEventKind::message, {}, "Cannot look inside this run: " + session.error().message);
    return false;
  }
  probing_ = std::move(*session);
  probingFor_ = request;
  return true;
}

// A pass of its own over the images of the step: a program that also keeps what is looked at rounds some sums
// otherwise, and a run must not depend on whether, or when, somebody looks. What a pass leaves in the store,
// running statistics, is put back; gradients are written anew by the step.
Result<void> TrainingRun::look(const Batch& batch) {
  const ProbeRequest request = wantedLook();
  if (request == ProbeRequest{}) return {};
  const Result<bool> opened = openProbing(request);
  if (!opened) return opened.error();
  if (!*opened) return {};
  const Clock::time_point start = Clock::now();
  std::vector<std::vector<float>> statistics;
  for (int p = 0; p < store_.size(); ++p)
    if (!store_.info(p).trainable())
      statistics.emplace_back(store_.values(p).begin(), store_.values(p).end());
  const auto share = static_cast<size_t>(microBatches_);
  const std::span<const float> images = batch.images, labels = batch.labels;
  probing_->feed(images.first(images.size() / share), labels.first(labels.size() / share));
  probing_->run({seed_, static_cast<uint32_t>(progress_.step), 0});
  seen_ = probing_->probes(store_, progress_.step + 1);
  size_t next = 0;
  for (int p = 0; p < store_.size(); ++p)
    if (!store_.info(p).trainable()) std::ranges::copy(statistics[next++], store_.values(p).begin());
  lookTime_ = Clock::now() - start;
  return {};
}

Result<void> TrainingRun::showInside() {
  if (!seen_) return {};
  if (!preview_ && !previewFailed_) {
    Result<Preview> preview = Preview::open(*place_, *loader_, seed_);
    if (preview) {
      preview_.emplace(std::move(*preview));
    } else {
      previewFailed_ = true;
      push(FeedEventKind::message, {}, "No pictures of this run: " + preview.error().message);
    }
  }
  Result<void> recorded = tell([&](RunStore& history) { return history.appendProbes(*seen_); });
  auto frame = std::make_shared<InspectionFrame>();
  frame->step = seen_->step;
  frame->probes = std::move(*seen_);
  seen_.reset();
  if (preview_) preview_->fill(*frame);
  feed_.publish(std::move(frame));
  lastFrame_ = Clock::now();
  return recorded;
}

}  // namespace bypath
