// The part of generated PyTorch code that goes on training a classifier, on one machine or by torchrun on
// many GPUs.
#pragma once

#include "core/exchange/leaving_model.h"

namespace bypath {

// Whether the model is one image in, one row of class scores out.
bool isClassifier(const LeavingModel& model);

// SETTINGS and the functions around train(); the code has `load()`, `normalise()`, torch, F, math and os.
std::string pytorchTraining(const LeavingModel& model);

}  // namespace bypath
