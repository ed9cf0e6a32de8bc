#include "core/engines/cpu/bf16_convolution.h"
#include "core/engines/cpu/kernel_functions.h"
#include "core/engines/cpu/weight_gradient.h"
#include "core/engines/cpu/winograd.h"
#include "core/ops/input_norm.h"
#include "core/ops/window.h"

namespace bypath {

namespace {

// x (N,H,W,C), dy (N,OH,OW,K); without data.
WeightGradient gradientOf(const OpAttributes& attributes, const Shape& x, const Shape& dy) {
  WeightGradient g;
  g.x = WindowedImages::of(Window::of(attributes), x, dy);
  g.x.normalised = InputNorm::isIn(attributes);
  g.outputs = dy[3];
  return g;
}

WeightGradient gradientOf(const OpCall& call) {
  return gradientOf(call.attributes, call.inputs[0], call.inputs[1]);
}

WeightGradient gradientOf(const KernelRun& run, const ChannelNorm& norm) {
  WeightGradient g = gradientOf(run.attributes, run.inputs[0].shape, run.inputs[1].shape);
  g.x.data = run.inputs[0].data;
  g.x.norm = norm;
  g.dy = run.inputs[1].data;
  g.dw = run.outputs[0].data;
  return g;
}

}  // namespace

size_t conv2dWeightsWorkspace(const OpCall& call, int threads) {
  return normWorkspaceBytes(call) + weightGradientWorkspaceBytes(gradientOf(call), threads);
}
void runConv2dWeights(const KernelRun& run) {
  const NormOfRun read(run);
  runWeightGradient(gradientOf(run, read.norm), read.workspace, run.parallel);
}

template <WinogradForm form>
Refusal acceptWinogradConv2dWeights(const OpCall& call) {
  const WeightGradient g = gradientOf(call);
  return acceptWinograd(form, g.x, g.outputs);
}
template <WinogradForm form>
size_t winogradConv2dWeightsWorkspace(const OpCall& call, int threads) {
  return normWorkspaceBytes(call) + winogradGradientWorkspaceBytes(form, gradientOf(call), threads);
}
template <WinogradForm form>
void runWinogradConv2dWeights(const KernelRun& run) {
  const NormOfRun read(run);
  runWinogradGradient(form, gradientOf(run, read.norm), read.workspace, run.parallel);
}

Refusal acceptBf16Conv2dWeights(const OpCall& call) {
  return acceptBf16Gradient(gradientOf(call));
}
size_t bf16Conv2dWeightsWorkspace(const OpCall& call, int threads) {
  return normWorkspaceBytes(call) + bf16GradientWorkspaceBytes(gradientOf(call), threads);
}
void runBf16Conv2dWeights(const KernelRun& run) {
  const NormOfRun read(run);
  runBf16Gradient(gradientOf(run, read.norm), read.workspace, run.parallel);
}

template Refusal acceptWinogradConv2dWeights<winograd2>(const OpCall&);
template size_t winogradConv2dWeightsWorkspace<winograd2>(const OpCall&, int);
template void runWinogradConv2dWeights<winograd2>(const KernelRun&);
template Refusal acceptWinogradConv2dWeights<winograd4>(const OpCall&);
template size_t winogradConv2dWeightsWorkspace<winograd4>(const OpCall&, int);
template void runWinogradConv2dWeights<winograd4>(const KernelRun&);

}  // namespace bypath
