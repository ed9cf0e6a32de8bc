// The pictures of an inspection frame: what a classifier thinks of the first validation images, what an
// autoencoder makes of them, and what its decoder makes of the same latent vectors all through training.
#pragma once

#include <optional>

#include "core/data/batch_loader.h"
#include "core/training/feed.h"
#include "core/training/network_session.h"

namespace bypath {

class Preview {
 public:
  static Result<Preview> open(const NetworkPlace& place, const BatchLoader& loader, uint64_t seed);

  // Adds predictions, or originals, reconstructions and samples, with the weights as they are now.
  void fill(InspectionFrame& frame);

 private:
  Preview(NetworkSession whole, const BatchLoader& loader, uint64_t seed);
  void addPredictions(InspectionFrame& frame);
  void addReconstructions(InspectionFrame& frame);
  void addSamples(InspectionFrame& frame);

  NetworkSession whole_;
  std::optional<NetworkSession> decoder_;
  const DataSet& data_;
  Batch batch_;
  std::vector<float> latent_;
  uint64_t seed_ = 0;
};

}  // namespace bypath
