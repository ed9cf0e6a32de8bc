// What training will take of the memory its engine computes in, the machine's or a GPU's, from its plan,
// before anything is taken.
//
//   const Result<TrainingMemory> memory = trainingMemory(network, layers, engine, settings);
//   show(bytesText(memory->total()), memory->text());
#pragma once

#include <string>

#include "core/base/attributes.h"
#include "core/engines/engine.h"
#include "core/network/layer_type.h"

namespace bypath {

struct TrainingMemory {     // bytes
  uint64_t step = 0;        // what a step, or one of its micro-batches, computes
  uint64_t parameters = 0;  // and their gradients
  uint64_t optimizer = 0;   // its memory, averaged weights, sums over micro-batches
  uint64_t validation = 0;
  uint64_t checkpoint = 0;  // while one is written; on a GPU, which has no part in that, 0

  uint64_t total() const { return step + parameters + optimizer + validation + checkpoint; }
  std::string text() const;  // "2.4 GiB for a step, 40.2 MiB for ..."
};

// The images of the data set come on top. Errors: of the network (data); more memory than is free (resources,
// with both numbers).
Result<TrainingMemory> trainingMemory(const NetworkSpec& network, const LayerCatalog& layers,
                                      const Engine& engine, const Attributes& settings);
// The same however much is free.
Result<TrainingMemory> predictMemory(const NetworkSpec& network, const LayerCatalog& layers,
                                     const Engine& engine, const Attributes& settings);

}  // namespace bypath
