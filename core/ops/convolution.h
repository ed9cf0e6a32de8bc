// What the three convolution ops share: with x (N,H,W,C), w (KH,KW,C,K) and y (N,OH,OW,K), each op computes
// one of the three from the other two, by the same walk over taps.
#pragma once

#include <string>

#include "core/ops/shape_check.h"
#include "core/ops/window.h"

namespace bypath {

// The reason why these do not belong to one convolution; empty when they do. Ranks are 4.
std::string convolutionProblem(const Window& window, const Shape& x, const Shape& w, const Shape& y);

Shape convolutionOutput(const Window& window, const Shape& x, const Shape& w);

// One multiply-add for every use of a weight that the layer's arithmetic counts, padding included.
OpCost convolutionCost(const OpCall& call, const Shape& y, const Shape& w);

// Adds bias (C) to every row of out (...,C), unless it is empty, and then applies the fused relu.
void addBiasAndRelu(const ReferenceTensor& out, std::span<const double> bias, bool relu);

}  // namespace bypath
