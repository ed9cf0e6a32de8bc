// Launches of device/direct_convolution.h.
#include "core/engines/cuda/direct_convolution.h"

#include "core/ops/input_norm.h"

namespace bypath {
namespace {

gpu::Array inputAt(const DeviceRun& run, size_t place) {
  return place > 0 ? run.inputs[place].array : gpu::Array{};
}

gpu::DirectWindow windowOf(const ConvolutionCase& c) {
  const auto narrow = [](int64_t value) { return static_cast<int32_t>(value); };
  return {.h = narrow(c.x[1]),
          .w = narrow(c.x[2]),
          .c = narrow(c.x[3]),
          .k = narrow(c.y[3]),
          .kh = narrow(c.w[0]),
          .kw = narrow(c.w[1]),
          .oh = narrow(c.y[1]),
          .ow = narrow(c.y[2]),
          .strideH = narrow(c.window.strideH),
          .strideW = narrow(c.window.strideW),
          .top = narrow(c.window.padTop),
          .left = narrow(c.window.padLeft)};
}

void launchWeights(const DeviceRun& run, const ConvolutionCase& c) {
  const DeviceTensor& out = run.outputs[0];
  const bool asFilter = out.filter.there();
  run.queue.reduce(gpu::DirectConvolutionWeights{.x = run.inputs[0].array,
                                                 .y = run.inputs[1].array,
                                                 .weights = asFilter ? out.filter : out.array,
                                                 .window = windowOf(c),
                                                 .asFilter = asFilter},
                   c.w[0] * c.w[1] * c.w[2], c.y.rows(), c.w[3]);
}

// To one of the images, each value finished as it is written; with split, that is told from all sums first.
void launchImage(const DeviceRun& run, const ConvolutionCase& c) {
  const gpu::Array result = c.split ? gpu::Array{run.workspace} : run.outputs[0].array;
  gpu::DirectFinish finish{.bias = inputAt(run, c.bias), .relu = c.relu};
  if (!c.split) finish.plus = inputAt(run, c.plus), finish.mask = inputAt(run, c.mask);
  const int64_t count = c.result().count();
  const gpu::Array from = run.inputs[0].array, weights = run.inputs[1].array;
  if (c.part == ConvolutionPart::forward)
    run.queue.map(gpu::DirectConvolution{from, weights, result, windowOf(c), finish}, count);
  else
    run.queue.map(gpu::DirectConvolutionInput{from, weights, result, windowOf(c), finish}, count);
  if (!c.split) return;
  ConvolutionRest rest{
      .plus = inputAt(run, c.plus), .mask = inputAt(run, c.mask), .relu = false, .split = true};
  rest.sums.sums = result;
  rest.sums.count = count;
  rest.sums.channels = static_cast<int32_t>(c.result().last());
  rest.launch(run);
}

Refusal accept(ConvolutionPart part, const OpCall& call) {
  if (InputNorm::isIn(call.attributes)) return "the input is not normalised yet";
  return ConvolutionCase::of(part, call).problem();
}

}  // namespace

void ConvolutionRest::launch(const DeviceRun& run) const {
  if (split && run.outputs[1].there())
    run.queue.reduce(gpu::ConvolutionSplit{.sums = sums, .plus = plus, .split = run.outputs[1].array}, 1,
                     gpu::foursOf(sums.count), 1);
  run.queue.map(
      gpu::ConvolutionEpilogue{
          .sums = sums, .plus = plus, .mask = mask, .y = run.outputs[0].array, .relu = relu},
      gpu::foursOf(sums.count));
}

size_t directConvolutionWorkspace(const ConvolutionCase& c) {
  return c.split ? static_cast<size_t>(c.result().count()) * sizeof(float) : 0;
}

void launchDirectConvolution(const DeviceRun& run, const ConvolutionCase& c) {
  if (c.part == ConvolutionPart::weights)
    launchWeights(run, c);
  else
    launchImage(run, c);
}

void addDirectConvolutionKernels(DeviceKernels& kernels) {
  const auto add = [&](const char* op, ConvolutionPart part) {
    kernels.add(
        op, "direct",
        [part](const DeviceRun& run) { launchDirectConvolution(run, ConvolutionCase::of(part, run)); },
        [part](const OpCall& call) { return directConvolutionWorkspace(ConvolutionCase::of(part, call)); },
        [part](const OpCall& call) { return accept(part, call); });
  };
  add("conv2d", ConvolutionPart::forward);
  add("conv2d_transposed", ConvolutionPart::input);
  add("conv2d_weights", ConvolutionPart::weights);
}

}  // namespace bypath
