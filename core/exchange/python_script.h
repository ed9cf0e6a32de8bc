// What generated Python files have in common.
#pragma once

#include "core/exchange/pytorch_code.h"

namespace bypath {

std::string replacedText(std::string text, const std::string& what, const std::string& with);
// Lines behind `by`, and an end of line.
std::string indentedText(const std::string& lines, const std::string& by);
// The beginning of the file's documentation: what the network is, takes and gives.
std::string describedText(const LeavingModel& model, const std::string& name, const std::string& framework,
                          bool channelsFirst);
// WEIGHTS, CHECK, INPUTS, OUTPUTS; and MEAN, DEVIATION and CLASSES where they are known.
std::string scriptConstants(const LeavingModel& model, const PytorchCodeOptions& options);
// The function read_safetensors(), which gives tensors by name: "torch.from_numpy(VALUES)" or "VALUES".
std::string safetensorsReader(const std::string& tensor);
// What the inputs are called inside.
std::vector<std::string> scriptInputs(const LeavingModel& model);

}  // namespace bypath
