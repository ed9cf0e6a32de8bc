// Convolutions of all windows, even and uneven, with all that may be asked of their sums.
#pragma once

#include <random>

#include "core/ops/convolution.h"
#include "core/ops/op_type.h"

namespace bypath {

struct RandomConvolution {
  Window window;
  Shape x, w, y;

  std::string text() const {
    return "x " + x.text() + " w " + w.text() + " stride " + std::to_string(window.strideH) + "x" +
           std::to_string(window.strideW) + " pad " + std::to_string(window.padTop) + "," +
           std::to_string(window.padLeft) + "," + std::to_string(window.padBottom) + "," +
           std::to_string(window.padRight);
  }

  static RandomConvolution draw(std::mt19937& generator) {
    const auto pick = [&](std::initializer_list<int64_t> values) {
      return values.begin()[generator() % values.size()];
    };
    for (;;) {
      RandomConvolution p;
      p.window = {.kernelH = pick({1, 2, 3, 3, 5}),
                  .kernelW = pick({1, 3, 3, 4}),
                  .strideH = pick({1, 1, 2, 3}),
                  .strideW = pick({1, 2, 2, 4}),
                  .padTop = pick({0, 1, 1, 2, 5}),
                  .padLeft = pick({0, 1, 1, 3}),
                  .padBottom = pick({0, 1, 1, 2, 4}),
                  .padRight = pick({0, 1, 1, 2})};
      p.x = {pick({1, 2, 3}), pick({1, 2, 4, 7, 8}), pick({1, 3, 6, 9}), pick({1, 3, 4, 5, 8, 12})};
      p.w = {p.window.kernelH, p.window.kernelW, p.x[3], pick({1, 2, 4, 7, 8, 12})};
      if (!p.window.problem(p.x[1], p.x[2]).empty()) continue;
      p.y = convolutionOutput(p.window, p.x, p.w);
      return p;
    }
  }

  // The three ops on these shapes, without extras.
  OpExample forward() const { return {.attributes = window.attributes(), .inputs = {x, w}}; }
  OpExample transposed() const {
    OpExample example{.attributes = window.attributes(), .inputs = {y, w}};
    example.attributes.set("height", static_cast<double>(x[1]));
    example.attributes.set("width", static_cast<double>(x[2]));
    return example;
  }
  OpExample weights() const { return {.attributes = window.attributesWithKernel(), .inputs = {x, y}}; }
};

// Any of the extras, for an op with this result.
inline void addExtras(OpExample& example, const Shape& result, std::mt19937& generator) {
  const auto often = [&] { return generator() % 2 == 0; };
  if (often()) example.inputs.push_back({result.last()});
  const bool plus = often(), split = plus && often();
  for (const auto& [name, there] : {std::pair("plus", plus), std::pair("mask", often())}) {
    if (!there) continue;
    example.attributes.set(name, 1);
    example.inputs.push_back(result);
  }
  if (split) example.attributes.set("split", 1);
  if (!split && often()) example.attributes.set("relu", 1);
}

}  // namespace bypath
