// Brings a model in, whatever its format: ONNX with its network, safetensors into a network that is named.
//
//   Result<BroughtIn> model = importModel("resnet18.onnx", layerCatalog(), *engine, nullptr);
#pragma once

#include <filesystem>

#include "core/exchange/leaving_model.h"

namespace bypath {

struct BroughtIn {
  NetworkSpec network;
  ParameterStore weights;
  std::vector<std::string> notes;  // what was folded, what was left out; a sentence each
  bool compared = false;           // with what the file itself says, where it says what is computed
  Comparison comparison;
};

// `into` is the network that takes weights without a network; null: there is none. Errors: those of
// readOnnx() and importOnnx(), of readSafetensors() and weightsFromSafetensors(); another suffix; ONNX into a
// network; a difference from what the file says that is too large.
Result<BroughtIn> importModel(const std::filesystem::path& file, const LayerCatalog& layers, Engine& engine,
                              const NetworkSpec* into);

}  // namespace bypath
