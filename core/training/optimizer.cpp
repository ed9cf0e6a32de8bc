#include "core/training/optimizer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "core/training/settings.h"

namespace bypath {
namespace {

constexpr size_t chunkValues = 16384;
constexpr uint32_t exponentBits = 0x7f800000u;

OptimizerSlot makeSlot(std::string name, const ParameterStore& store) {
  OptimizerSlot slot{std::move(name), {}};
  for (int p = 0; p < store.size(); ++p)
    slot.values.emplace_back(store.info(p).trainable() ? store.values(p).size() : 0);
  return slot;
}

// `clip` is what every gradient is multiplied by.
struct SgdNumbers {
  float rate, momentum, weightDecay, clip;
};

template <bool nesterov>
void sgdChunk(const SgdNumbers& n, size_t count, float* __restrict weight, const float* __restrict gradient,
              float* __restrict buffer) {
  for (size_t i = 0; i < count; ++i) {
    const float g = n.clip * gradient[i] + n.weightDecay * weight[i];
    const float b = n.momentum * buffer[i] + g;
    buffer[i] = b;
    weight[i] -= n.rate * (nesterov ? g + n.momentum * b : b);
  }
}

struct AdamNumbers {
  float beta1, beta2, epsilon, weightDecay, stepSize, squareScale, clip, shrink;
};

void adamChunk(const AdamNumbers& n, size_t count, float* __restrict weight, const float* __restrict gradient,
               float* __restrict mean, float* __restrict square) {
  for (size_t i = 0; i < count; ++i) {
    const float g = n.clip * gradient[i] + n.weightDecay * weight[i];
    const float a = n.beta1 * mean[i] + (1 - n.beta1) * g;
    const float v = n.beta2 * square[i] + (1 - n.beta2) * g * g;
    mean[i] = a;
    square[i] = v;
    weight[i] = n.shrink * weight[i] - n.stepSize * a / (std::sqrt(v) * n.squareScale + n.epsilon);
  }
}

}  // namespace

bool allFinite(std::span<const float> values) {
  uint32_t bad = 0;  // as integers, so that the loop vectorises
  for (const float value : values) bad |= (std::bit_cast<uint32_t>(value) & exponentBits) == exponentBits;
  return bad == 0;
}

Optimizer::Optimizer(const Attributes& settings, const ParameterStore& store) {
  const std::string& kind = AttributeReader(trainingSchema(), settings).text("optimizer");
  kind_ = kind == "adam"       ? Kind::adam
          : kind == "adamw"    ? Kind::adamw
          : kind == "nesterov" ? Kind::nesterov
                               : Kind::sgd;
  adjust(settings);
  if (kind_ == Kind::adam || kind_ == Kind::adamw) {
    slots_.push_back(makeSlot("mean", store));
    slots_.push_back(makeSlot("square", store));
  } else {
    slots_.push_back(makeSlot("momentum", store));
  }
  for (int p = 0; p < store.size(); ++p) {
    isWeight_.push_back(store.info(p).role == ParameterRole::weight);
    isTrained_.push_back(store.info(p).trainable());
    if (!store.info(p).trainable()) continue;
    const size_t size = store.values(p).size();
    for (size_t begin = 0; begin < size; begin += chunkValues)
      chunks_.push_back(
          {p, begin, std::min(chunkValues, size - begin), store.info(p).role == ParameterRole::weight});
  }
  finite_.resize(chunks_.size());
  squares_.resize(chunks_.size());
}

void Optimizer::adjust(const Attributes& settings) {
  const AttributeReader read(trainingSchema(), settings);
  momentum_ = static_cast<float>(read.real("momentum"));
  beta1_ = static_cast<float>(read.real("beta1"));
  beta2_ = static_cast<float>(read.real("beta2"));
  epsilon_ = static_cast<float>(read.real("epsilon"));
  weightDecay_ = static_cast<float>(read.real("weight_decay"));
  decaysWeightsOnly_ = read.text("weight_decay_of") == "weights";
  clipNorm_ = read.real("clip_norm");
  if (update_) update_->setRule(rule());
}

void Optimizer::setActive(const std::vector<bool>& active) {
  active_.assign(active.begin(), active.end());
  if (update_) update_->setRule(rule());
}

UpdateRule Optimizer::rule() const {
  UpdateRule rule{.kind = kind_,
                  .momentum = momentum_,
                  .beta1 = beta1_,
                  .beta2 = beta2_,
                  .epsilon = epsilon_,
                  .clipNorm = clipNorm_};
  for (size_t p = 0; p < isTrained_.size(); ++p) {
    rule.decay.push_back(isWeight_[p] || !decaysWeightsOnly_ ? weightDecay_ : 0);
    rule.active.push_back(isTrained_[p] && (active_.empty() || active_[p]));
  }
  return rule;
}

Result<void> Optimizer::moveTo(Engine& engine, ParameterStore& store) {
  bringHome();
  update_.reset();
  Result<std::unique_ptr<ParameterUpdate>> update = engine.makeUpdate(store, rule());
  if (!update) return update.error();
  update_ = std::move(*update);
  slotsWereWritten_ = true;
  return {};
}

ParameterUpdate& Optimizer::begin(double rate) {
  if (slotsWereWritten_)
    for (size_t s = 0; s < slots_.size(); ++s)
      for (size_t p = 0; p < isTrained_.size(); ++p)
        if (isTrained_[p])
          update_->writeSlot(static_cast<int>(s), static_cast<int>(p), slots_[s].values[p].span());
  slotsWereWritten_ = false;
  update_->prepare(rate, updates_ + 1);
  ++updates_;
  slotsAreElsewhere_ = true;
  return *update_;
}

int Optimizer::finish() {
  const UpdateOutcome outcome = update_->outcome();
  gradientNorm_ = outcome.gradientNorm;
  return outcome.firstBad;
}

void Optimizer::bringHome() const {
  if (!slotsAreElsewhere_) return;
  slotsAreElsewhere_ = false;
  for (size_t s = 0; s < slots_.size(); ++s)
    for (size_t p = 0; p < isTrained_.size(); ++p)
      if (isTrained_[p])
        update_->readSlot(static_cast<int>(s), static_cast<int>(p), slots_[s].values[p].span());
}

void Optimizer::recover() {
  if (slotsWereWritten_) {  // a checkpoint, say, that the engine has not seen yet: all of it is here
    update_.reset();
    return;
  }
  std::vector<std::vector<std::span<float>>> slots;
  for (OptimizerSlot& slot : slots_) {
    slots.emplace_back();
    for (Buffer<float>& values : slot.values) slots.back().push_back(values.span());
  }
  if (const int64_t newest = update_->recover(slots); newest >= 0) updates_ = newest;
  slotsAreElsewhere_ = slotsWereWritten_ = false;
  update_.reset();
}

std::vector<OptimizerSlot>& Optimizer::slots() {
  bringHome();
  slotsWereWritten_ = true;
  return slots_;
}

const std::vector<OptimizerSlot>& Optimizer::slots() const {
  bringHome();
  return slots_;
}

int Optimizer::firstBad() const {
  const auto bad = std::find(finite_.begin(), finite_.end(), uint8_t{0});
  return bad == finite_.end() ? -1 : chunks_[static_cast<size_t>(bad - finite_.begin())].parameter;
}

float Optimizer::clippingScale(const ParameterStore& store, Parallel& parallel) {
  parallel.forEach(static_cast<int64_t>(chunks_.size()), [&](int64_t index) {
    const auto i = static_cast<size_t>(index);
    const Chunk& chunk = chunks_[i];
    const bool active = active_.empty() || active_[static_cast<size_t>(chunk.parameter)];
    const auto values = store.gradients(chunk.parameter).subspan(chunk.begin, chunk.count);
    double sum = 0;
    if (active)
      for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
    squares_[i] = sum;
    finite_[i] = !active || allFinite(values);
  });
  gradientNorm_ = std::sqrt(std::accumulate(squares_.begin(), squares_.end(), 0.0));
  return static_cast<float>(std::min(1.0, clipNorm_ / (gradientNorm_ + 1e-6)));
}

int Optimizer::step(ParameterStore& store, double rate, Parallel& parallel) {
  if (update_) {
    begin(rate).run();
    return finish();
  }
  float clip = 1;
  gradientNorm_ = 0;
  if (clipNorm_ > 0) {
    clip = clippingScale(store, parallel);
    if (const int bad = firstBad(); bad >= 0) return bad;
  }
  ++updates_;
  const auto t = static_cast<double>(updates_);
  const double meanCorrection = 1 - std::pow(static_cast<double>(beta1_), t);
  const double squareCorrection = 1 - std::pow(static_cast<double>(beta2_), t);
  parallel.forEach(static_cast<int64_t>(chunks_.size()), [&](int64_t index) {
    const Chunk& chunk = chunks_[static_cast<size_t>(index)];
    if (!active_.empty() && !active_[static_cast<size_t>(chunk.parameter)]) {
      finite_[static_cast<size_t>(index)] = 1;
      return;
    }
    const float decay = chunk.decays || !decaysWeightsOnly_ ? weightDecay_ : 0;
    const SgdNumbers sgd{static_cast<float>(rate), momentum_, decay, clip};
    const bool decoupled = kind_ == Kind::adamw;
    const AdamNumbers adam{beta1_,
                           beta2_,
                           epsilon_,
                           decoupled ? 0 : decay,
                           static_cast<float>(rate / meanCorrection),
                           static_cast<float>(1 / std::sqrt(squareCorrection)),
                           clip,
                           decoupled ? static_cast<float>(1 - rate * static_cast<double>(decay)) : 1};
    const auto part = [&](std::span<float> values) { return values.data() + chunk.begin; };
    const auto slot = [&](size_t s) {
      return part(slots_[s].values[static_cast<size_t>(chunk.parameter)].span());
    };
    float* weight = part(store.values(chunk.parameter));
    const float* gradient = part(store.gradients(chunk.parameter));
    finite_[static_cast<size_t>(index)] = allFinite({gradient, chunk.count});
    switch (kind_) {
      case Kind::sgd:
        sgdChunk<false>(sgd, chunk.count, weight, gradient, slot(0));
        break;
      case Kind::nesterov:
        sgdChunk<true>(sgd, chunk.count, weight, gradient, slot(0));
        break;
      case Kind::adam:
      case Kind::adamw:
        adamChunk(adam, chunk.count, weight, gradient, slot(0), slot(1));
        break;
    }
    // What an update overflows in may not show in the loss for long, such as a square that makes its weight
    // stand still.
    bool sound = finite_[static_cast<size_t>(index)] && allFinite({weight, chunk.count});
    for (size_t s = 0; s < slots_.size(); ++s) sound = sound && allFinite({slot(s), chunk.count});
    finite_[static_cast<size_t>(index)] = sound;
  });
  return firstBad();
}

}  // namespace bypath
