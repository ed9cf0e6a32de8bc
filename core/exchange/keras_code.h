// A network as one readable file of Keras 3 code: functions that build it, images with the channels last, the
// weights read from the same safetensors file as PyTorch's code, and a check of itself.
#pragma once

#include "core/exchange/pytorch_code.h"

namespace bypath {

// The options are those of PyTorch's code. Refused: a parameter that no layer of the catalog has.
Result<std::string> kerasCode(const LeavingModel& model, const PytorchCodeOptions& options = {});

}  // namespace bypath
