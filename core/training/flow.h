// How the gradient flows through a trained network on one batch: its norm in every layer, and its split at
// every shortcut (He 2016, eq. 5).
//
//   Result<GradientFlow> flow = gradientFlow(*model, *engine, layerCatalog(), {.data = set});
//   for (const ShortcutFlow& block : flow->probes.shortcuts) show(block);
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/probes/probe.h"
#include "core/training/model.h"

namespace bypath {

struct FlowRequest {
  std::shared_ptr<const DataSet> data;  // its first training images, as many as the run's batch ...
  std::optional<NpyArray> input;        // ... or these, float32 NCHW or (N, F), as fed after normalisation,
  std::optional<NpyArray> target;       // with their class numbers (N), where the network has labels
  // Where not empty, all parameter gradients go here as safetensors, by parameter name, in the layout of the
  // weights (convolutions: kernel height, kernel width, input channels, output channels).
  std::filesystem::path saveGradients;
  bool activities = false;  // also what every layer gives in the forward direction
};

struct GradientFlow {
  std::map<std::string, double> values;  // "loss", its terms, metrics
  ProbeRecord probes;
  int64_t batch = 0;
  double inputMean = 0, inputDeviation = 0;  // of the images as fed
};

// Training mode, with the weights as they are; they and the running statistics stay untouched.
Result<GradientFlow> gradientFlow(const Model& model, Engine& engine, const LayerCatalog& layers,
                                  const FlowRequest& request);

}  // namespace bypath
