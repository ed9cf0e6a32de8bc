#include "core/ops/catalog.h"
#include "core/ops/convolution.h"
#include "core/ops/input_norm.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check = InputNorm::check(call, {"x", "dy"}, 2);
  if (!check.ranks({4, 4}) || !InputNorm::fits(check, call) || !check.positive({"kernel_h", "kernel_w"}))
    return check.error();
  const Shape &x = call.inputs[0], &dy = call.inputs[1];
  const Window window = Window::of(call.attributes);
  const Shape w{window.kernelH, window.kernelW, x[3], dy[3]};
  const std::string misfit = convolutionProblem(window, x, w, dy);
  if (!check.that(misfit.empty(), misfit)) return check.error();
  return std::vector<Shape>{w};
}

void reference(const ReferenceRun& run) {
  const ReferenceTensor &x = run.inputs[0], &dy = run.inputs[1], &dw = run.outputs[0];
  const int64_t channels = dw.shape[2], outputs = dw.shape[3];
  const std::vector<double> input = InputNorm::applied(run);
  forEachTap(Window::of(run.attributes), x.shape, dy.shape, [&](int64_t xPixel, int64_t yPixel, int64_t tap) {
    const double* out = &dy.data[yPixel * outputs];
    for (int64_t c = 0; c < channels; ++c) {
      const double in = input[static_cast<size_t>(xPixel * channels + c)];
      double* weights = &dw.data[(tap * channels + c) * outputs];
      for (int64_t k = 0; k < outputs; ++k) weights[k] += in * out[k];
    }
  });
}

OpCost cost(const OpCall& call) {
  return convolutionCost(call, call.inputs[1], call.outputs[0]);
}

std::vector<OpExample> examples() {
  const auto square = [](int64_t kernel, int64_t stride, int64_t padding) {
    return Window{.kernelH = kernel,
                  .kernelW = kernel,
                  .strideH = stride,
                  .strideW = stride,
                  .padTop = padding,
                  .padLeft = padding,
                  .padBottom = padding,
                  .padRight = padding}
        .attributesWithKernel();
  };
  return {
      {.name = "3x3, 3 to 10 channels",
       .attributes = square(3, 1, 1),
       .inputs = {{2, 6, 5, 3}, {2, 6, 5, 10}}},
      {.name = "3x3, 16 channels", .attributes = square(3, 1, 1), .inputs = {{3, 8, 8, 16}, {3, 8, 8, 16}}},
      {.name = "3x3, stride 2 on an even image",
       .attributes = square(3, 2, 1),
       .inputs = {{2, 8, 6, 16}, {2, 4, 3, 32}}},
      {.name = "3x3, stride 2 on an odd image, 17 to 24 channels",
       .attributes = square(3, 2, 1),
       .inputs = {{1, 7, 9, 17}, {1, 4, 5, 24}}},
      {.name = "1x1, 24 to 32 channels",
       .attributes = square(1, 1, 0),
       .inputs = {{2, 5, 3, 24}, {2, 5, 3, 32}}},
      {.name = "1x1, stride 2 on an even image",
       .attributes = square(1, 2, 0),
       .inputs = {{2, 6, 10, 17}, {2, 3, 5, 10}}},
      {.name = "7x7, stride 2, 3 to 8 channels",
       .attributes = square(7, 2, 3),
       .inputs = {{1, 11, 12, 3}, {1, 6, 6, 8}}},
      {.name = "3x1, uneven strides and padding",
       .attributes = Window{.kernelH = 3, .strideW = 3, .padTop = 2, .padLeft = 1}.attributesWithKernel(),
       .inputs = {{3, 4, 8, 2}, {3, 4, 3, 1}}},
      {.name = "3x3, a layer of ResNet-20's first stage",
       .attributes = square(3, 1, 1),
       .inputs = {{3, 32, 32, 16}, {3, 32, 32, 16}}},
      {.name = "3x3, a layer of ResNet-20's last stage",
       .attributes = square(3, 1, 1),
       .inputs = {{5, 8, 8, 64}, {5, 8, 8, 64}}},
      {.name = "1x1, 256 to 64 channels",
       .attributes = square(1, 1, 0),
       .inputs = {{2, 16, 16, 256}, {2, 16, 16, 64}}},
      {.name = "3x3, a long batch", .attributes = square(3, 1, 1), .inputs = {{37, 2, 3, 4}, {37, 2, 3, 5}}},
      InputNorm::example({.attributes = square(3, 1, 1), .inputs = {{3, 9, 10, 16}, {3, 9, 10, 32}}},
                         "3x3 of a normalised input", true),
      InputNorm::example({.attributes = square(3, 2, 1), .inputs = {{2, 7, 6, 17}, {2, 4, 3, 10}}},
                         "3x3, stride 2, of a normalised input of 17 channels", false),
      InputNorm::example({.attributes = square(1, 1, 0), .inputs = {{5, 8, 8, 64}, {5, 8, 8, 32}}},
                         "1x1 of a normalised input", true),
      InputNorm::example({.attributes = square(1, 1, 0), .inputs = {{2, 5, 7, 600}, {2, 5, 7, 24}}},
                         "1x1 of a normalised input of 600 channels", true),
      InputNorm::example({.attributes = square(1, 2, 0), .inputs = {{2, 6, 10, 24}, {2, 3, 5, 16}}},
                         "1x1, stride 2, of a normalised input", true),
  };
}

}  // namespace

const OpType& conv2dWeightsOp() {
  static const OpType type{.id = "conv2d_weights",
                           .summary =
                               "The gradient of a convolution's weights: dw[kh,kw,c,k] = sum of "
                               "x[oh*stride+kh-pad, ow*stride+kw-pad, c] "
                               "* dy[oh,ow,k] over batch and positions.",
                           .shapes = shapes,
                           .reference = reference,
                           .cost = cost,
                           .examples = examples};
  return type;
}

}  // namespace bypath
