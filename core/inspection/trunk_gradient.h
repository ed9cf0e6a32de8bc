// What every look at the paths of a gradient begins with: a network on one batch, the values at its forks,
// and the ordinary gradient in front of its first block.
//
//   KnownValues known = fedValues(checked.graph, batch);
//   const TrunkPlace place{checked.graph, engine, store, known, batch.key};
//   Result<std::vector<float>> whole = ordinaryGradient(place, trunk.blocks, known);
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/inspection/block_gradient.h"
#include "core/training/flow_batch.h"

namespace bypath {

// One batch, as fed.
struct PathBatch {
  std::span<const float> images, labels;
  StepKey key{};
};

KnownValues fedValues(const OpGraph& graph, const PathBatch& batch);

// The whole way once: adds the values at every fork to `known`, which is what `place` knows, and gives the
// gradient at the first.
Result<std::vector<float>> ordinaryGradient(const TrunkPlace& place, const std::vector<TrunkBlock>& blocks,
                                            KnownValues& known);

// |sum - whole| / |whole|
double relativeDifference(const std::vector<double>& sum, const std::vector<float>& whole);
// Adds a part, which may be empty, to a sum.
void addTo(std::vector<double>& sum, const std::vector<float>& part);

// A trained network in training mode on the batch that gradientFlow() looks at.
struct ModelOnBatch {
  CheckedNetwork checked;
  FlowBatch data;
  StepKey key;

  PathBatch batch() const { return {.images = data.images, .labels = data.labels, .key = key}; }
};
Result<ModelOnBatch> onFlowBatch(const Model& model, const LayerCatalog& layers, const FlowRequest& request);

}  // namespace bypath
