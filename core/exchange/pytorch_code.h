// A network as one readable file of PyTorch code: a class for each kind of block, names that are the exported
// weights' names, loading, a training script with the run's settings, and a check of itself.
//
//   Result<std::string> code = pytorchCode(*model, {.weightsFile = "net.safetensors"});
#pragma once

#include "core/exchange/leaving_model.h"
#include "core/tensor/safetensors.h"

namespace bypath {

struct PytorchCodeOptions {
  std::string weightsFile = "model.safetensors";      // beside the code; toSafetensors() writes it
  std::string checkFile = "model_check.safetensors";  // beside the code; checkTensors() writes it
  std::map<std::string, double> normMomenta{};        // by layer path; normMomenta() reads them
};

// Refused: a parameter that PyTorch has no layer for.
Result<std::string> pytorchCode(const LeavingModel& model, const PytorchCodeOptions& options = {});

// By path, the share of its running averages that each batch norm of the network keeps at a training step.
std::map<std::string, double> normMomenta(const NetworkSpec& network, const LayerCatalog& layers);

// The fixed inputs and our own outputs, NCHW, F32: "input" and "output", or the borders' names.
SafetensorsFile checkTensors(const LeavingModel& model, const std::vector<std::vector<float>>& inputs,
                             const std::vector<std::vector<float>>& outputs, int64_t batch);

}  // namespace bypath
