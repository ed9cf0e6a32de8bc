// A trained network set up to be measured on its validation images again and again: as it is, with other ops,
// or with other weights.
//
//   ValidationBench bench(model, layerCatalog(), data, 1000);
//   if (Result<void> ready = bench.ready(); !ready) return ready.error();
//   Result<NetworkSession> session = bench.open(bench.checked().graph, engine, store);
//   std::optional<NamedNumbers> values = bench.measure(*session);
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/network/check.h"
#include "core/training/model.h"
#include "core/training/network_session.h"

namespace bypath {

class ValidationBench {
 public:
  // Only the first `limit` images; 0: all. The model must outlive the bench.
  ValidationBench(const Model& model, const LayerCatalog& layers, std::shared_ptr<const DataSet> data,
                  int64_t limit);

  // Errors: no images, images that do not fit, a network that cannot run.
  Result<void> ready() const;
  const CheckedNetwork& checked() const { return checked_; }  // in evaluation mode, for the run's batch
  const BatchLoader& loader() const { return loader_; }
  int64_t images() const;
  uint64_t seed() const { return key_.seed; }  // of the run
  const StepKey& key() const { return key_; }

  Result<NetworkSession> open(OpGraph graph, Engine& engine, ParameterStore& store) const;
  // "loss", every term and metric; nothing when `stopped`, told the share done, says so.
  std::optional<NamedNumbers> measure(NetworkSession& session,
                                      const std::function<bool(double)>& stopped = {}) const;

 private:
  std::shared_ptr<const DataSet> data_;
  int64_t limit_;
  int64_t batch_;
  StepKey key_;
  CheckedNetwork checked_;
  BatchLoader loader_;
};

}  // namespace bypath
