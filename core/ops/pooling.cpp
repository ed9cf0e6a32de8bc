#include "core/ops/pooling.h"

#include <algorithm>

namespace bypath {

Result<std::vector<Shape>> poolingShapes(const OpCall& call) {
  ShapeCheck check(call, {"x"}, 1);
  if (!check.ranks({4})) return check.error();
  const Shape& x = call.inputs[0];
  const Window window = Window::of(call.attributes);
  const std::string misfit = window.problem(x[1], x[2]);
  check.that(misfit.empty(), misfit);
  if (!check.that(std::max(window.padTop, window.padBottom) < window.kernelH &&
                      std::max(window.padLeft, window.padRight) < window.kernelW,
                  "the padding must be smaller than the kernel of " + std::to_string(window.kernelH) + "x" +
                      std::to_string(window.kernelW)))
    return check.error();
  return std::vector<Shape>{Shape{x[0], window.outputHeight(x[1]), window.outputWidth(x[2]), x[3]}};
}

std::vector<OpExample> poolingExamples() {
  const Window halving{.kernelH = 2, .kernelW = 2, .strideH = 2, .strideW = 2};
  const Window stem{.kernelH = 3,
                    .kernelW = 3,
                    .strideH = 2,
                    .strideW = 2,
                    .padTop = 1,
                    .padLeft = 1,
                    .padBottom = 1,
                    .padRight = 1};
  const Window uneven{.kernelH = 3, .kernelW = 2, .strideH = 1, .strideW = 3, .padTop = 2, .padRight = 1};
  return {{.name = "2x2 halving, 16 channels",
           .attributes = halving.attributesWithKernel(),
           .inputs = {{2, 6, 4, 16}}},
          {.name = "2x2 on an odd image, 3 channels",
           .attributes = halving.attributesWithKernel(),
           .inputs = {{2, 7, 5, 3}}},
          {.name = "3x3, stride 2, padded, all below zero",
           .attributes = stem.attributesWithKernel(),
           .inputs = {{2, 8, 7, 17}},
           .low = -2,
           .high = -1},
          {.name = "3x2, uneven strides and padding",
           .attributes = uneven.attributesWithKernel(),
           .inputs = {{1, 5, 7, 10}}}};
}

}  // namespace bypath
