#include "core/training/rate_finder.h"

#include <algorithm>
#include <cmath>

#include "core/data/batch_loader.h"
#include "core/training/model.h"
#include "core/training/network_session.h"
#include "core/training/optimizer.h"
#include "core/training/settings.h"

namespace bypath {
namespace {

constexpr double kept = 0.95;   // of the running mean at every step
constexpr double farAbove = 4;  // times the least loss: it has turned for good
constexpr int64_t atStart = 5;  // points before the running mean says much

void conclude(RateRange& range) {
  const std::vector<RatePoint>& points = range.points;
  const auto first = points.begin() + std::min<int64_t>(atStart, static_cast<int64_t>(points.size()) - 1);
  const auto least = std::ranges::min_element(first, points.end(), {}, &RatePoint::smoothed);
  range.lowest = least->rate;
  range.suggestion = least->rate / 10;
  double slope = 0;
  range.steepest = least->rate;
  for (auto at = first; at != points.end() && at + 1 < least; ++at)
    if (const double fall = at[0].smoothed - at[1].smoothed; fall > slope) {
      slope = fall;
      range.steepest = at[1].rate;
    }
}

}  // namespace

Result<RateRange> findRate(const TrainingJob& job, const RateTest& test,
                           const std::function<bool(double)>& progress) {
  if (!(test.from > 0) || !(test.to > test.from) || test.steps < 2)
    return Error{ErrorKind::usage,
                 "A rate test goes from a positive rate to a larger one, in at least 2 steps."};
  const Attributes settings = completeSettings(job.settings);
  const AttributeReader read(trainingSchema(), settings);
  const auto seed = static_cast<uint64_t>(read.integer("seed"));
  Result<ParameterStore> store = makeStore(job.project.network, *job.layers);
  if (!store) return store.error();
  initialise(*store, seed);
  Result<NetworkSession> session =
      NetworkSession::open({job.project.network, *job.layers, *job.engine, *store},
                           {.batch = read.integer("batch"), .gradients = true});
  if (!session) return session.error();
  if (Result<void> fitting = fits(session->graph(), *job.data); !fitting) return fitting.error();
  BatchLoader loader(job.data, {.batch = read.integer("batch"),
                                .seed = seed,
                                .augment = read.boolean("augment"),
                                .normalisation = normalisationFor(session->graph()),
                                .limit = read.integer("limit_train")});
  Optimizer optimizer(settings, *store);
  Parallel parallel(job.engine->threads());
  RateRange range;
  double mean = 0, least = 0;
  const double factor = std::pow(test.to / test.from, 1 / static_cast<double>(test.steps - 1));
  for (int64_t step = 0; step < test.steps; ++step) {
    if (progress && !progress(static_cast<double>(step) / static_cast<double>(test.steps))) break;
    const Batch& batch = loader.training(step);
    session->feed(batch.images, batch.labels);
    session->run({.seed = seed, .step = static_cast<uint32_t>(step)});
    const double loss = session->means().at("loss");
    if (!std::isfinite(loss)) break;
    mean = kept * mean + (1 - kept) * loss;
    const double smoothed = mean / (1 - std::pow(kept, static_cast<double>(step + 1)));
    const double rate = test.from * std::pow(factor, static_cast<double>(step));
    range.points.push_back({rate, loss, smoothed});
    if (step == 0 || smoothed < least) least = smoothed;
    if (step > atStart && smoothed > farAbove * least) break;
    if (optimizer.step(*store, rate, parallel) >= 0) break;
  }
  if (range.points.empty())
    return Error{ErrorKind::diverged,
                 "The loss is no finite number before the first step; look at the data and the "
                 "initial weights."};
  conclude(range);
  return range;
}

}  // namespace bypath
