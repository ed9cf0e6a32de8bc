#include "core/ops/catalog.h"
#include "core/ops/convolution.h"
#include "core/ops/gradient_builder.h"

namespace bypath {

namespace {

Result<std::vector<Shape>> shapes(const OpCall& call) {
  ShapeCheck check = ConvolutionExtras::check(call, "y", "w");
  if (!check.ranks({4, 4}) || !check.positive({"height", "width"})) return check.error();
  const Shape &y = call.inputs[0], &w = call.inputs[1];
  const Shape x{y[0], call.attributes.integer("height"), call.attributes.integer("width"), w[2]};
  check.that(y[3] == w[3],
             "it has " + std::to_string(y[3]) + " channels, but the weights take " + std::to_string(w[3]));
  const std::string misfit = convolutionProblem(Window::of(call.attributes, w[0], w[1]), x, w, y);
  check.that(misfit.empty(), misfit);
  if (!ConvolutionExtras::of(call.attributes, call.inputs.size()).fit(check, x)) return check.error();
  return ConvolutionExtras::outputs(call.attributes, x);
}

void reference(const ReferenceRun& run) {
  const ReferenceTensor &y = run.inputs[0], &w = run.inputs[1], &x = run.outputs[0];
  const int64_t channels = w.shape[2], outputs = w.shape[3];
  forEachTap(Window::of(run.attributes, w.shape[0], w.shape[1]), x.shape, y.shape,
             [&](int64_t xPixel, int64_t yPixel, int64_t tap) {
               const double* in = &y.data[yPixel * outputs];
               for (int64_t c = 0; c < channels; ++c) {
                 const double* weights = &w.data[(tap * channels + c) * outputs];
                 double sum = 0;
                 for (int64_t k = 0; k < outputs; ++k) sum += in[k] * weights[k];
                 x.data[xPixel * channels + c] += sum;
               }
             });
  ConvolutionExtras::finish(run);
}

// The output is the image of an ordinary convolution that leads back to y.
void gradient(GradientBuilder& b) {
  const ValueId dx = b.outputGradient(0);
  const Shape w = b.shape(b.input(1));
  const Window window = Window::of(b.attributes(), w[0], w[1]);
  if (b.wants(0)) b.contribute(0, b.emit(conv2dOp(), {dx, b.input(1)}, window.attributes()));
  if (b.wants(1)) b.contribute(1, b.emit(conv2dWeightsOp(), {dx, b.input(0)}, window.attributesWithKernel()));
  if (b.node().inputs.size() > 2 && b.wants(2)) b.contribute(2, b.emit(sumToChannelsOp(), {dx}, {}));
}

OpCost cost(const OpCall& call) {
  return convolutionCost(call, call.inputs[0], call.inputs[1]);
}

OpAttributes attributes(const Window& window, double height, double width) {
  OpAttributes all = window.attributes();
  all.set("height", height);
  all.set("width", width);
  return all;
}

std::vector<OpExample> examples() {
  const Window padded{.padTop = 1, .padLeft = 1, .padBottom = 1, .padRight = 1};
  const Window paddedStride2{
      .strideH = 2, .strideW = 2, .padTop = 1, .padLeft = 1, .padBottom = 1, .padRight = 1};
  const Window stride2{.strideH = 2, .strideW = 2};
  const auto with = [](OpAttributes attributes, const char* flag) {
    attributes.set(flag, 1);
    return attributes;
  };
  return {
      {.name = "3x3, 10 to 3 channels, with bias",
       .attributes = attributes(padded, 6, 5),
       .inputs = {{2, 6, 5, 10}, {3, 3, 3, 10}, {3}}},
      {.name = "3x3, 16 channels",
       .attributes = attributes(padded, 8, 8),
       .inputs = {{2, 8, 8, 16}, {3, 3, 16, 16}}},
      {.name = "3x3, stride 2 to an even image",
       .attributes = attributes(paddedStride2, 8, 6),
       .inputs = {{2, 4, 3, 32}, {3, 3, 16, 32}}},
      {.name = "3x3, stride 2 to an odd image, 24 to 17 channels",
       .attributes = attributes(paddedStride2, 7, 9),
       .inputs = {{1, 4, 5, 24}, {3, 3, 17, 24}, {17}}},
      {.name = "1x1, stride 2, doubling: three pixels of four get only the bias",
       .attributes = attributes(stride2, 6, 10),
       .inputs = {{2, 3, 5, 10}, {1, 1, 17, 10}, {17}}},
      {.name = "1x1, stride 2 to an odd image",
       .attributes = attributes(stride2, 5, 9),
       .inputs = {{2, 3, 5, 32}, {1, 1, 24, 32}}},
      {.name = "1x1, 16 to 3 channels, with bias",
       .attributes = attributes({}, 4, 5),
       .inputs = {{2, 4, 5, 16}, {1, 1, 3, 16}, {3}}},
      {.name = "7x7, stride 2, to 3 channels",
       .attributes = attributes(
           {.strideH = 2, .strideW = 2, .padTop = 3, .padLeft = 3, .padBottom = 3, .padRight = 3}, 11, 12),
       .inputs = {{1, 6, 6, 8}, {7, 7, 3, 8}}},
      {.name = "3x1, uneven strides and padding",
       .attributes = attributes({.strideW = 3, .padTop = 2, .padLeft = 1}, 4, 8),
       .inputs = {{3, 4, 3, 1}, {3, 1, 2, 1}, {2}}},
      {.name = "3x1, uneven padding, one channel to 16: a row of the kernel is one weight for each output",
       .attributes = attributes({.strideH = 2, .strideW = 2, .padBottom = 1}, 13, 16),
       .inputs = {{2, 6, 8, 1}, {3, 1, 16, 1}}},
      {.name = "3x3, a layer of ResNet-20's last stage",
       .attributes = attributes(padded, 8, 8),
       .inputs = {{5, 8, 8, 64}, {3, 3, 64, 64}}},
      {.name = "3x3, stride 2, from ResNet-20's second stage to its first",
       .attributes = attributes(paddedStride2, 32, 32),
       .inputs = {{3, 16, 16, 32}, {3, 3, 16, 32}}},
      {.name = "1x1, stride 2, 256 to 64 channels",
       .attributes = attributes(stride2, 16, 16),
       .inputs = {{2, 8, 8, 256}, {1, 1, 64, 256}}},
      {.name = "3x3 with bias and fused relu",
       .attributes = with(attributes(padded, 5, 6), "relu"),
       .inputs = {{2, 5, 6, 24}, {3, 3, 16, 24}, {16}}},
      {.name = "3x3 plus another gradient",
       .attributes = with(attributes(padded, 9, 10), "plus"),
       .inputs = {{2, 9, 10, 16}, {3, 3, 32, 16}, {2, 9, 10, 32}}},
      {.name = "3x3 plus another gradient, masked",
       .attributes = with(with(attributes(padded, 9, 10), "plus"), "mask"),
       .inputs = {{2, 9, 10, 16}, {3, 3, 16, 16}, {2, 9, 10, 16}, {2, 9, 10, 16}}},
      {.name = "3x3, stride 2, to 10 channels, plus another gradient, masked",
       .attributes = with(with(attributes(paddedStride2, 7, 9), "plus"), "mask"),
       .inputs = {{1, 4, 5, 24}, {3, 3, 10, 24}, {1, 7, 9, 10}, {1, 7, 9, 10}}},
      {.name = "3x3 plus another gradient told apart from it, masked",
       .attributes = with(with(with(attributes(padded, 9, 10), "plus"), "mask"), "split"),
       .inputs = {{2, 9, 10, 16}, {3, 3, 16, 16}, {2, 9, 10, 16}, {2, 9, 10, 16}}},
      {.name = "3x3 of 48 channels plus another gradient told apart from it",
       .attributes = with(with(attributes(padded, 13, 11), "plus"), "split"),
       .inputs = {{3, 13, 11, 32}, {3, 3, 48, 32}, {3, 13, 11, 48}}},
      {.name = "3x3, stride 2, to 10 channels, plus another gradient told apart from it, masked",
       .attributes = with(with(with(attributes(paddedStride2, 7, 9), "plus"), "mask"), "split"),
       .inputs = {{1, 4, 5, 24}, {3, 3, 10, 24}, {1, 7, 9, 10}, {1, 7, 9, 10}}},
      {.name = "1x1, stride 2, plus another gradient told apart from it: three pixels of four get only that",
       .attributes = with(with(attributes(stride2, 6, 10), "plus"), "split"),
       .inputs = {{2, 3, 5, 10}, {1, 1, 17, 10}, {2, 6, 10, 17}}},
      {.name = "1x1, stride 2, with bias, masked: three pixels of four get only the bias",
       .attributes = with(attributes(stride2, 6, 10), "mask"),
       .inputs = {{2, 3, 5, 10}, {1, 1, 17, 10}, {17}, {2, 6, 10, 17}}},
  };
}

}  // namespace

const OpType& conv2dTransposedOp() {
  static const OpType type{.id = "conv2d_transposed",
                           .summary =
                               "Transposed convolution: the adjoint of conv2d in x, so y spreads through the "
                               "weights onto an image of "
                               "height x width.",
                           .shapes = shapes,
                           .reference = reference,
                           .gradient = gradient,
                           .cost = cost,
                           .examples = examples,
                           .workPlaces = ConvolutionExtras::workPlaces};
  return type;
}

}  // namespace bypath
