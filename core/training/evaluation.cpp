#include "core/training/evaluation.h"

#include <algorithm>

namespace bypath {

std::optional<NamedNumbers> evaluateSplit(NetworkSession& session, const BatchLoader& loader,
                                          const Split& split, const EvaluationRange& range,
                                          const std::function<bool(double)>& stopped) {
  const int64_t images = range.limit > 0 ? std::min(range.limit, split.size()) : split.size();
  Averages averages;
  Batch batch;
  for (int64_t first = 0; first < images; first += session.batch()) {
    if (stopped && stopped(static_cast<double>(first) / static_cast<double>(images))) return std::nullopt;
    loader.evaluation(split, first / session.batch(), batch);
    session.feed(batch);
    StepKey key = range.key;
    key.firstSample = static_cast<uint32_t>(first);
    session.run(key);
    const int64_t valid = std::min(batch.valid, images - first);
    averages.add(session.means(valid), static_cast<double>(valid));
    if (range.seen) range.seen(batch, valid);
  }
  return averages.means();
}

}  // namespace bypath
