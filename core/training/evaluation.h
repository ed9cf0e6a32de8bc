// Means over a split, in order and without augmentation.
#pragma once

#include <functional>
#include <optional>

#include "core/data/batch_loader.h"
#include "core/training/network_session.h"

namespace bypath {

struct EvaluationRange {
  int64_t limit = 0;  // only the first so many images; 0: all
  StepKey key{};      // firstSample is the image's number in the split
  // Told after each batch, while the session can still be read: the batch, and how many of its images count.
  std::function<void(const Batch&, int64_t)> seen{};
};

// "loss", every term and metric; nothing when `stopped`, told the share done before each batch, says so.
// The session's batch is the loader's.
std::optional<NamedNumbers> evaluateSplit(NetworkSession& session, const BatchLoader& loader,
                                          const Split& split, const EvaluationRange& range,
                                          const std::function<bool(double)>& stopped = {});

}  // namespace bypath
