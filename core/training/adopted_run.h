// A run made of weights that were trained elsewhere: everything that reads runs can look into it, evaluate
// it, export it and go on from it.
#pragma once

#include "core/network/project_file.h"
#include "core/tensor/parameter_store.h"

namespace bypath {

struct AdoptedWeights {
  const Project& project;  // with the training settings that a run of it begins with
  const ParameterStore& weights;
  std::string note;  // where they come from
};

// Makes the folder, which must not hold a run yet; its state is "finished" at step 0. Errors: a run is there,
// settings that are none, weights that are not finite, nothing can be written.
Result<void> adoptRun(const std::filesystem::path& folder, const AdoptedWeights& adopted);

}  // namespace bypath
