#include "core/training/schedule.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <optional>

#include "core/training/settings.h"

namespace bypath {
namespace {

// "0.5,0.75" as rising numbers in (0, 1); nothing where it is not.
std::optional<std::vector<double>> fractionsFromText(std::string_view text) {
  std::vector<double> fractions;
  while (!text.empty()) {
    const size_t comma = std::min(text.find(','), text.size());
    std::string_view word = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    double value = 0;
    const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool rising = fractions.empty() || value > fractions.back();
    if (problem != std::errc{} || end != word.data() + word.size() || !(value > 0 && value < 1) || !rising)
      return std::nullopt;
    fractions.push_back(value);
  }
  return fractions;
}

}  // namespace

Result<Schedule> Schedule::fromSettings(const Attributes& settings, int64_t totalSteps) {
  const AttributeReader read(trainingSchema(), settings);
  Schedule schedule;
  const std::string& kind = read.text("schedule");
  schedule.kind_ = kind == "step"           ? Kind::step
                   : kind == "cosine"       ? Kind::cosine
                   : kind == "one-cycle"    ? Kind::oneCycle
                   : kind == "inverse-time" ? Kind::inverseTime
                                            : Kind::constant;
  schedule.totalSteps_ = std::max<int64_t>(1, totalSteps);
  schedule.warmUpSteps_ = read.integer("warmup_steps");
  schedule.stepFactor_ = read.real("step_factor");
  schedule.peak_ = read.real("cycle_peak");
  schedule.decay_ = read.real("rate_decay");
  const auto fractions = fractionsFromText(read.text("step_at"));
  if (!fractions)
    return Error{ErrorKind::usage,
                 "step_at is '" + read.text("step_at") +
                     "'; it must be fractions between 0 and 1 in rising order, such as 0.5,0.75."};
  schedule.stepAt_ = *fractions;
  return schedule;
}

double Schedule::oneCycle(int64_t step) const {
  constexpr double start = 1.0 / 25, end = start * 1e-4;
  const auto between = [](double from, double to, double share) {
    return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * share));
  };
  const double last = static_cast<double>(std::max<int64_t>(1, totalSteps_ - 1));
  const double peak = std::max(1.0, peak_ * static_cast<double>(totalSteps_) - 1);
  const double at = std::clamp(static_cast<double>(step), 0.0, last);
  return at <= peak ? between(start, 1, at / peak) : between(1, end, (at - peak) / (last - peak));
}

double Schedule::warmUp(int64_t step) const {
  if (step >= warmUpSteps_) return 1;
  return static_cast<double>(step + 1) / static_cast<double>(warmUpSteps_);
}

double Schedule::decay(int64_t step) const {
  if (kind_ == Kind::step) {
    double factor = 1;
    for (const double fraction : stepAt_)
      if (static_cast<double>(step) >= fraction * static_cast<double>(totalSteps_)) factor *= stepFactor_;
    return factor;
  }
  if (kind_ == Kind::inverseTime)
    return 1 / (1 + decay_ * static_cast<double>(std::max<int64_t>(0, step - warmUpSteps_)));
  if (kind_ == Kind::oneCycle) return oneCycle(step);
  if (kind_ == Kind::cosine) {
    const int64_t span = std::max<int64_t>(1, totalSteps_ - warmUpSteps_);
    const double done = static_cast<double>(std::clamp<int64_t>(step - warmUpSteps_, 0, span));
    return 0.5 * (1 + std::cos(std::numbers::pi * done / static_cast<double>(span)));
  }
  return 1;
}

}  // namespace bypath
