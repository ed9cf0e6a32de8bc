#include "core/training/training_run.h"

namespace bypath {
namespace {

constexpr std::chrono::milliseconds timeBetweenFrames{1000};

}  // namespace

Result<NetworkSession*> TrainingRun::sessionForStep() {
  ProbeRequest request;
  const bool scheduled = probeEvery_ > 0 && (progress_.step + 1) % probeEvery_ == 0;
  if (scheduled) request = {.layerGradients = true, .shortcutSplit = true};
  const bool due = !(asked_ == ProbeRequest{}) && Clock::now() - lastFrame_ >= timeBetweenFrames;
  if (due && !scheduled) request = asked_;
  if (request == ProbeRequest{}) return &*training_;
  if (!probing_ || !(probingFor_ == request)) {
    probing_.reset();
    Result<NetworkSession> session = NetworkSession::open(
        *place_, {.batch = batch_ / microBatches_, .frozen = frozen_, .gradients = true, .probes = request});
    if (!session && scheduled) return session.error();
    if (!session) {
      asked_ = {};
      push(FeedEventKind::message, {}, "Cannot look inside this run: " + session.error().message);
      return &*training_;
    }
    probing_ = std::move(*session);
    probingFor_ = request;
  }
  return &*probing_;
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
