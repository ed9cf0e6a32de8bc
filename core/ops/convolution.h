// What the three convolution ops share: with x (N,H,W,C), w (KH,KW,C,K) and y (N,OH,OW,K), each op computes
// one of the three from the other two, by the same walk over taps.
#pragma once

#include <string>

#include "core/ops/input_norm.h"
#include "core/ops/shape_check.h"
#include "core/ops/window.h"

namespace bypath {

// The reason why these do not belong to one convolution; empty when they do. Ranks are 4.
std::string convolutionProblem(const Window& window, const Shape& x, const Shape& w, const Shape& y);

Shape convolutionOutput(const Window& window, const Shape& x, const Shape& w);

// One multiply-add for every use of a weight that the layer's arithmetic counts, padding included.
OpCost convolutionCost(const OpCall& call, const Shape& y, const Shape& w);

// What conv2d and conv2d_transposed do to their sums, in this order: + bias (channels), + plus (of the
// output's shape), not below 0 with relu, zero where mask (of the output's shape) is not above 0. Places
// among the inputs behind the first two, 0 where absent; plus and mask are there by the attributes of these
// names, and the values of an input normalisation come last. With split, plus being there and relu not,
// output 1 tells what plus brings from the rest, before the mask: sum of plus^2, of rest^2, of plus * rest.
struct ConvolutionExtras {
  size_t bias = 0, plus = 0, mask = 0;

  static ConvolutionExtras of(const OpAttributes& attributes, size_t inputs);
  // The check of a call whose first inputs have these names.
  static ShapeCheck check(const OpCall& call, const char* first, const char* second);
  bool fit(ShapeCheck& check, const Shape& output) const;
  // The outputs of a call whose output 0 has this shape.
  static std::vector<Shape> outputs(const OpAttributes& attributes, const Shape& output);
  // plus and mask may give their memory to the output.
  static std::vector<int> workPlaces(const OpAttributes& attributes, size_t inputs);
  // For the reference: finishes output 0 of a run, which holds the sums, and makes output 1.
  static void finish(const ReferenceRun& run);
};

}  // namespace bypath
