#include "core/ops/catalog.h"
#include "core/ops/convolution.h"
#include "core/ops/gradient_builder.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check = ConvolutionExtras::check(call, "x", "w");
  if (!check.ranks({4, 4}) || !InputNorm::fits(check, call)) return check.error();
  const Shape &x = call.inputs[0], &w = call.inputs[1];
  const Window window = Window::of(call.attributes, w[0], w[1]);
  const std::string misfit = window.problem(x[1], x[2]);
  check.that(x[3] == w[2],
             "x has " + std::to_string(x[3]) + " channels, but the weights take " + std::to_string(w[2]));
  if (!check.that(misfit.empty(), misfit)) return check.error();
  const Shape y = convolutionOutput(window, x, w);
  if (!ConvolutionExtras::of(call.attributes, call.inputs.size()).fit(check, y)) return check.error();
  return ConvolutionExtras::outputs(call.attributes, y);
}

void reference(const ReferenceRun& run) {
  const ReferenceTensor &x = run.inputs[0], &w = run.inputs[1], &y = run.outputs[0];
  const int64_t channels = w.shape[2], outputs = w.shape[3];
  const std::vector<double> input = InputNorm::applied(run);
  forEachTap(Window::of(run.attributes, w.shape[0], w.shape[1]), x.shape, y.shape,
             [&](int64_t xPixel, int64_t yPixel, int64_t tap) {
               double* out = &y.data[yPixel * outputs];
               for (int64_t c = 0; c < channels; ++c) {
                 const double in = input[static_cast<size_t>(xPixel * channels + c)];
                 const double* weights = &w.data[(tap * channels + c) * outputs];
                 for (int64_t k = 0; k < outputs; ++k) out[k] += in * weights[k];
               }
             });
  ConvolutionExtras::finish(run);
}

void gradient(GradientBuilder& b) {
  const ValueId dy = b.outputGradient(0);
  const Shape x = b.shape(b.input(0)), w = b.shape(b.input(1));
  const Window window = Window::of(b.attributes(), w[0], w[1]);
  if (b.wants(0)) {
    OpAttributes attributes = window.attributes();
    attributes.set("height", static_cast<double>(x[1]));
    attributes.set("width", static_cast<double>(x[2]));
    b.contribute(0, b.emit(conv2dTransposedOp(), {dy, b.input(1)}, attributes));
  }
  if (b.wants(1)) b.contribute(1, b.emit(conv2dWeightsOp(), {b.input(0), dy}, window.attributesWithKernel()));
  if (b.node().inputs.size() > 2 && b.wants(2)) b.contribute(2, b.emit(sumToChannelsOp(), {dy}, {}));
}

OpCost cost(const OpCall& call) {
  return convolutionCost(call, call.outputs[0], call.inputs[1]);
}

std::vector<OpExample> examples() {
  const auto square = [](int64_t stride, int64_t padding) {
    return Window{.strideH = stride,
                  .strideW = stride,
                  .padTop = padding,
                  .padLeft = padding,
                  .padBottom = padding,
                  .padRight = padding}
        .attributes();
  };
  const auto with = [](OpAttributes attributes, const char* flag) {
    attributes.set(flag, 1);
    return attributes;
  };
  return {
      {.name = "3x3, one padding, 3 to 10 channels, with bias",
       .attributes = square(1, 1),
       .inputs = {{2, 6, 5, 3}, {3, 3, 3, 10}, {10}}},
      {.name = "3x3, 16 channels", .attributes = square(1, 1), .inputs = {{2, 8, 8, 16}, {3, 3, 16, 16}}},
      {.name = "3x3, stride 2 on an even image",
       .attributes = square(2, 1),
       .inputs = {{2, 8, 6, 16}, {3, 3, 16, 32}}},
      {.name = "3x3, stride 2 on an odd image, 17 to 24 channels",
       .attributes = square(2, 1),
       .inputs = {{1, 7, 9, 17}, {3, 3, 17, 24}, {24}}},
      {.name = "3x3, stride 2, padded below and right only",
       .attributes = Window{.strideH = 2, .strideW = 2, .padBottom = 1, .padRight = 1}.attributes(),
       .inputs = {{2, 6, 6, 4}, {3, 3, 4, 5}}},
      {.name = "1x1, 24 to 32 channels",
       .attributes = square(1, 0),
       .inputs = {{2, 5, 3, 24}, {1, 1, 24, 32}, {32}}},
      {.name = "1x1, stride 2 on an odd image",
       .attributes = square(2, 0),
       .inputs = {{2, 7, 5, 10}, {1, 1, 10, 17}}},
      {.name = "7x7, stride 2, three padding",
       .attributes = square(2, 3),
       .inputs = {{1, 11, 12, 3}, {7, 7, 3, 8}}},
      {.name = "3x1, uneven strides and padding",
       .attributes = Window{.strideH = 1, .strideW = 3, .padTop = 2, .padLeft = 1}.attributes(),
       .inputs = {{3, 4, 8, 2}, {3, 1, 2, 1}, {1}}},
      {.name = "3x3 on an image smaller than the kernel",
       .attributes = square(1, 1),
       .inputs = {{3, 1, 2, 8}, {3, 3, 8, 16}}},
      {.name = "3x3, a layer of ResNet-20's first stage",
       .attributes = square(1, 1),
       .inputs = {{3, 32, 32, 16}, {3, 3, 16, 16}}},
      {.name = "3x3, a layer of ResNet-20's last stage",
       .attributes = square(1, 1),
       .inputs = {{5, 8, 8, 64}, {3, 3, 64, 64}}},
      {.name = "1x1, 256 to 64 channels",
       .attributes = square(1, 0),
       .inputs = {{2, 16, 16, 256}, {1, 1, 256, 64}}},
      {.name = "3x3 with bias and fused relu",
       .attributes = with(square(1, 1), "relu"),
       .inputs = {{2, 6, 7, 16}, {3, 3, 16, 24}, {24}}},
      {.name = "3x3 plus a shortcut",
       .attributes = with(square(1, 1), "plus"),
       .inputs = {{2, 6, 7, 16}, {3, 3, 16, 32}, {2, 6, 7, 32}}},
      {.name = "3x3 to 10 channels, with bias, plus a shortcut, masked",
       .attributes = with(with(square(1, 1), "plus"), "mask"),
       .inputs = {{2, 6, 7, 16}, {3, 3, 16, 10}, {10}, {2, 6, 7, 10}, {2, 6, 7, 10}}},
      {.name = "3x3 to 10 channels, plus a gradient told apart from it, masked",
       .attributes = with(with(with(square(1, 1), "plus"), "mask"), "split"),
       .inputs = {{2, 6, 7, 16}, {3, 3, 16, 10}, {2, 6, 7, 10}, {2, 6, 7, 10}}},
      {.name = "3x3 of 512 channels, plus a gradient told apart from it",
       .attributes = with(with(square(1, 1), "plus"), "split"),
       .inputs = {{2, 3, 3, 512}, {3, 3, 512, 16}, {2, 3, 3, 16}}},
      {.name = "1x1 of 80 channels, masked",
       .attributes = with(square(1, 0), "mask"),
       .inputs = {{3, 6, 7, 80}, {1, 1, 80, 48}, {3, 6, 7, 48}}},
      {.name = "3x3, stride 2, of 512 channels, plus a shortcut, masked",
       .attributes = with(with(square(2, 1), "plus"), "mask"),
       .inputs = {{1, 9, 8, 512}, {3, 3, 512, 16}, {1, 5, 4, 16}, {1, 5, 4, 16}}},
      {.name = "3x3 of many channels and pixels, plus a shortcut, masked",
       .attributes = with(with(square(2, 1), "plus"), "mask"),
       .inputs = {{2, 18, 24, 160}, {3, 3, 160, 32}, {2, 9, 12, 32}, {2, 9, 12, 32}}},
      InputNorm::example({.attributes = with(square(1, 0), "plus"),
                          .inputs = {{5, 8, 8, 64}, {1, 1, 64, 32}, {5, 8, 8, 32}}},
                         "1x1 of a normalised input plus a shortcut", true),
      InputNorm::example({.attributes = square(1, 1), .inputs = {{3, 9, 10, 16}, {3, 3, 16, 32}}},
                         "3x3 of a normalised input", false),
      InputNorm::example(
          {.attributes = with(square(1, 1), "relu"), .inputs = {{2, 6, 7, 17}, {3, 3, 17, 24}, {24}}},
          "3x3 of a normalised input of 17 channels, relu before and after", true),
      InputNorm::example({.attributes = square(2, 1), .inputs = {{2, 7, 6, 16}, {3, 3, 16, 16}}},
                         "3x3, stride 2, of a normalised input", true),
      InputNorm::example({.attributes = square(1, 0), .inputs = {{5, 8, 8, 64}, {1, 1, 64, 32}}},
                         "1x1 of a normalised input", true),
      InputNorm::example({.attributes = square(2, 0), .inputs = {{2, 6, 5, 24}, {1, 1, 24, 16}}},
                         "1x1, stride 2, of a normalised input", false),
      InputNorm::example({.attributes = square(1, 0), .inputs = {{1, 3, 3, 1024}, {1, 1, 1024, 16}}},
                         "1x1 of a normalised input of 1,024 channels", true),
  };
}

}  // namespace

const OpType& conv2dOp() {
  static const OpType type{.id = "conv2d",
                           .summary =
                               "Convolution: y[oh,ow,k] = sum over kh,kw,c of x[oh*stride+kh-pad, "
                               "ow*stride+kw-pad, c] * w[kh,kw,c,k].",
                           .shapes = shapes,
                           .reference = reference,
                           .gradient = gradient,
                           .cost = cost,
                           .examples = examples,
                           .workPlaces = ConvolutionExtras::workPlaces};
  return type;
}

}  // namespace bypath
