// PyTorch code on disk, proven: the file that is written says what the network says.
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

// Runs the code's own check where Python has torch; elsewhere the weights are read back and compared bit by
// bit, and `by` says so. Refused: code that does not run, weights that differ, a difference above the bound.
Result<Comparison> verifyPytorch(const LeavingModel& model, const PytorchFiles& files);

// Of the weights that were written, every byte; the difference is 0. An error where they are others.
Result<Comparison> weightsReadBack(const LeavingModel& model, const std::filesystem::path& weights);

// Whether /usr/bin/python3 is there and has torch; asked once.
bool pythonHasTorch();

}  // namespace bypath
