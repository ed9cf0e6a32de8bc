#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/probes/histograms.h"
#include "core/training/training_run.h"

namespace bypath {
namespace {

constexpr std::chrono::milliseconds timeBetweenLooks{1000}, timeBetweenRecords{100};
constexpr int mostOftenEvery = 20;  // looks take at most a twentieth of the time
constexpr ProbeRequest everything{
    .layerGradients = true, .shortcutSplit = true, .activities = true, .histograms = true};
constexpr int64_t histogramsApart = 50;  // at least this part of the steps so far: a few hundred a run

}  // namespace

bool TrainingRun::watches() const {
  return microBatches_ == 1 && (probeEvery_ > 0 || !(asked_ == ProbeRequest{}));
}

// What is to be looked at in the step about to be made, if anything.
ProbeRequest TrainingRun::wantedLook() const {
  const bool recorded = probeEvery_ > 0 && (progress_.step + 1) % probeEvery_ == 0;
  const ProbeRequest wanted = recorded ? everything : asked_;
  if (recorded && !watched_) return wanted;  // nothing else would see it
  if (looksRefused_) return {};
  const auto since = Clock::now() - lastLook_;
  const bool due = since >= timeBetweenLooks && since >= mostOftenEvery * lookTime_;
  return due ? wanted : ProbeRequest{};
}

Result<bool> TrainingRun::openProbing(const ProbeRequest& request) {
  if (probing_ && probingFor_ == request) return true;
  probing_.reset();
  Result<NetworkSession> session = NetworkSession::open(
      *place_, {.batch = batch_ / microBatches_, .frozen = frozen_, .gradients = true, .probes = request});
  if (!session && request.activities) {  // they take the most memory
    ProbeRequest less = request;
    less.activities = less.histograms = false;
    session = NetworkSession::open(
        *place_, {.batch = batch_ / microBatches_, .frozen = frozen_, .gradients = true, .probes = less});
  }
  if (!session) {
    if (!watched_ && !(request == asked_)) return session.error();
    looksRefused_ = true;  // what the steps tell in passing goes on
    push(FeedEventKind::message, {}, "Cannot look inside this run: " + session.error().message);
    return false;
  }
  probing_ = std::move(*session);
  probingFor_ = request;
  return true;
}

// A run that went back to a checkpoint is behind the last ones.
bool TrainingRun::histogramsDue() const {
  const int64_t step = progress_.step + 1;
  return probingFor_.histograms && (step < lastHistograms_ || lastHistograms_ == 0 ||
                                    (step - lastHistograms_) * histogramsApart >= step);
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
      statistics.emplace_back(std::as_const(store_).values(p).begin(), std::as_const(store_).values(p).end());
  probing_->feed(batch);
  probing_->run({seed_, static_cast<uint32_t>(progress_.step), 0});
  size_t next = 0;
  for (int p = 0; p < store_.size(); ++p)
    if (!store_.info(p).trainable()) std::ranges::copy(statistics[next++], store_.values(p).begin());
  seen_ = probing_->probes(store_, progress_.step + 1);
  if (histogramsDue()) {
    lastHistograms_ = progress_.step + 1;
    seen_->histograms =
        std::make_shared<const HistogramRecord>(probing_->histograms(store_, lastHistograms_));
  }
  lastLook_ = Clock::now();
  lookTime_ = lastLook_ - start;
  return {};
}

bool TrainingRun::wantsRecord() const {
  if (!watched_) return false;
  if (seen_ || (probeEvery_ > 0 && (progress_.step + 1) % probeEvery_ == 0)) return true;
  return !(asked_ == ProbeRequest{}) && Clock::now() - lastRecord_ >= timeBetweenRecords;
}

void TrainingRun::beginRecord() {
  record_.reset();
  if (!recordWanted_) return;
  lastRecord_ = Clock::now();
  recordDue_ = probeEvery_ > 0 && (progress_.step + 1) % probeEvery_ == 0;
  record_ = training_->probes(store_, progress_.step + 1);
  const ParameterStore& store = store_;
  weightsBefore_.resize(static_cast<size_t>(store.size()));
  for (int p = 0; p < store.size(); ++p)
    if (trained_[static_cast<size_t>(p)])
      weightsBefore_[static_cast<size_t>(p)].assign(store.values(p).begin(), store.values(p).end());
}

void TrainingRun::endRecord() {
  if (!record_) return;
  std::map<std::string, double> squares;
  for (int p = 0; p < store_.size(); ++p) {
    if (!trained_[static_cast<size_t>(p)]) continue;
    const std::span<const float> now = std::as_const(store_).values(p);
    const std::vector<float>& before = weightsBefore_[static_cast<size_t>(p)];
    double sum = 0;
    for (size_t i = 0; i < now.size(); ++i) {
      const auto moved = static_cast<double>(now[i] - before[i]);
      sum += moved * moved;
    }
    squares[layerOfParameter(store_.info(p).name)] += sum;
  }
  for (LayerGradient& layer : record_->layers)
    if (const auto found = squares.find(layer.path); found != squares.end())
      layer.updateNorm = std::sqrt(found->second);
}

namespace {

// Puts the ways of gradients seen in passing into what a look saw; deviations stay as they were.
void putInto(std::vector<ShortcutFlow>& seen, const std::vector<ShortcutFlow>& inPassing) {
  for (const ShortcutFlow& flow : inPassing) {
    const auto same = std::ranges::find(seen, flow.path, &ShortcutFlow::path);
    if (same == seen.end()) {
      seen.push_back(flow);
      continue;
    }
    same->shortcutNorm = flow.shortcutNorm;
    same->branchNorm = flow.branchNorm;
    same->cosine = flow.cosine;
  }
}

}  // namespace

// Joins what the look saw and what the step told. The history gets that alone; what only looks see stays on
// the screen between two of them.
Result<void> TrainingRun::keepRecord() {
  const bool looked = seen_.has_value(), kept = looked || recordDue_;
  ProbeRecord whole = looked ? std::move(*seen_) : ProbeRecord{};
  seen_.reset();
  recordDue_ = false;
  if (record_) {
    whole.step = record_->step;
    whole.layers = std::move(record_->layers);
    putInto(whole.shortcuts, record_->shortcuts);
  }
  record_.reset();
  Result<void> stored;
  if (kept) stored = tell([&](RunStore& history) { return history.appendProbes(whole); });
  if (!whole.histograms) whole.histograms = std::move(lastSeen_.histograms);
  if (!looked) {
    std::vector<ShortcutFlow> shown = std::move(lastSeen_.shortcuts);
    putInto(shown, whole.shortcuts);
    whole.shortcuts = std::move(shown);
    whole.activities = std::move(lastSeen_.activities);
  }
  lastSeen_ = std::move(whole);
  return stored;
}

Result<void> TrainingRun::showInside() {
  if (!seen_ && !record_) return {};
  const bool looked = seen_.has_value();
  Result<void> kept = keepRecord();
  if (asked_ == ProbeRequest{} && !looked) return kept;  // nobody watches
  if (looked && !preview_ && !previewFailed_) {
    Result<Preview> preview = Preview::open(*place_, *loader_, seed_);
    if (preview) {
      preview_.emplace(std::move(*preview));
    } else {
      previewFailed_ = true;
      push(FeedEventKind::message, {}, "No pictures of this run: " + preview.error().message);
    }
  }
  const std::shared_ptr<const InspectionFrame> before = feed_.latest();
  // Between two looks the pictures stay as they are.
  auto frame =
      looked || !before ? std::make_shared<InspectionFrame>() : std::make_shared<InspectionFrame>(*before);
  frame->step = lastSeen_.step;
  frame->probes = lastSeen_;
  if (looked && preview_) preview_->fill(*frame);
  feed_.publish(std::move(frame));
  return kept;
}

}  // namespace bypath
