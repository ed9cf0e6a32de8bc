// What maximum and average pooling share: x (N,H,W,C) -> y (N,OH,OW,C), attributes of the window and its
// kernel.
#pragma once

#include "core/ops/shape_check.h"
#include "core/ops/window.h"

namespace bypath {

// The shape rule of both. Padding must be smaller than the kernel, so that every position sees a pixel.
Result<std::vector<Shape>> poolingShapes(const OpCall& call);

// The examples of both: windows with and without padding, overlap and rest rows.
std::vector<OpExample> poolingExamples();

}  // namespace bypath
