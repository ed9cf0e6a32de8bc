// PyTorch and Keras code on disk, proven: the file that is written says what the network says.
#pragma once

#include "core/engines/engine.h"
#include "core/exchange/pytorch_code.h"

namespace bypath {

// NAME.py, NAME.safetensors and NAME_check.safetensors.
struct PytorchFiles {
  std::filesystem::path code, weights, check;
};
PytorchFiles pytorchFiles(const std::filesystem::path& code);

// Writes all three, atomically each; the answers in the check file are the engine's. The options' file names
// are not looked at.
Result<PytorchFiles> writePytorch(const LeavingModel& model, Engine& engine,
                                  const std::filesystem::path& code, PytorchCodeOptions options = {});

// The same with Keras' code.
Result<PytorchFiles> writeKeras(const LeavingModel& model, Engine& engine, const std::filesystem::path& code,
                                PytorchCodeOptions options = {});

// Runs the code's own check where Python has torch; elsewhere the weights are read back and compared bit by
// bit, and `by` says so. Refused: code that does not run, weights that differ, a difference above the bound.
Result<Comparison> verifyPytorch(const LeavingModel& model, const PytorchFiles& files);
Result<Comparison> verifyKeras(const LeavingModel& model, const PytorchFiles& files);

// Whether /usr/bin/python3 is there and has torch; asked once.
bool pythonHasTorch();
// ... and Keras 3.
bool pythonHasKeras();

}  // namespace bypath
