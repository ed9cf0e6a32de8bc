// Examines a trained network: one look at a batch, and what its run has kept.
//
//   Result<CheckUp> found = checkUp(*model, engine, layerCatalog(), {.data = set, .run = folder});
//   for (const Finding& one : found->findings) show(one);
#pragma once

#include <filesystem>
#include <memory>

#include "core/data/data_set.h"
#include "core/engines/engine.h"
#include "core/inspection/doctor.h"
#include "core/training/model.h"

namespace bypath {

struct CheckUpRequest {
  std::shared_ptr<const DataSet> data;  // its first training images, as many as the run's batch
  std::filesystem::path run{};          // the run's folder, for its history; empty: without
};

struct CheckUp {
  std::vector<Finding> findings;
  int64_t layers = 0;   // looked at
  int64_t epochs = 0;   // of the history
  int64_t records = 0;  // of updates, in the history
};

Result<CheckUp> checkUp(const Model& model, Engine& engine, const LayerCatalog& layers,
                        const CheckUpRequest& request);

}  // namespace bypath
