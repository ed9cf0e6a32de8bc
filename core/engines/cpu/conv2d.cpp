// conv2d and conv2d_transposed as convolutions of this engine.
#include <algorithm>
#include <array>

#include "core/engines/cpu/bf16_convolution.h"
#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/convolution.h"
#include "core/engines/cpu/gathered_convolution.h"
#include "core/engines/cpu/kernel_functions.h"
#include "core/engines/cpu/winograd.h"
#include "core/ops/convolution.h"
#include "core/ops/window.h"

namespace bypath {

namespace {

// x (N,H,W,C), w (KH,KW,C,K) -> y (N,OH,OW,K); without data.
Convolution forward(const OpAttributes& attributes, const Shape& x, const Shape& w, const Shape& y) {
  const Window window = Window::of(attributes, w[0], w[1]);
  Convolution c;
  c.in = WindowedImages::of(window, x, y);
  c.in.normalised = InputNorm::isIn(attributes);
  c.weights = {.rows = w[0],
               .columns = w[1],
               .channels = w[2],
               .rowStep = w[1] * w[2] * w[3],
               .columnStep = w[2] * w[3],
               .inStep = w[3],
               .outStep = 1};
  c.outputs = w[3];
  c.yPixel = y[3];
  c.yRow = y[2] * y[3];
  c.yImage = y[1] * c.yRow;
  c.relu = attributes.flag("relu");
  c.splits = attributes.flag("split");
  return c;
}

// One axis of a transposed convolution: the outputs at phase, phase + stride, ... see only every stride-th
// tap of the kernel, and so are a convolution of stride 1 with a smaller, flipped kernel.
struct Phase {
  int64_t outputs;  // pixels of this phase
  int64_t taps;
  int64_t firstTap;  // of the original kernel that the smaller one's position 0 stands for; next ones go down
  int64_t pad;

  Phase(int64_t phase, int64_t stride, int64_t kernel, int64_t padding, int64_t size) {
    outputs = dividedUp(size - phase, stride);
    const int64_t lowest = (phase + padding) % stride;
    taps = lowest < kernel ? dividedUp(kernel - lowest, stride) : 0;
    firstTap = lowest + stride * (taps - 1);
    pad = taps - 1 - (phase + padding) / stride;
  }
};

// y (N,OH,OW,K), w (KH,KW,C,K) -> x (N,H,W,C), the pixels of one phase; without data, but with offsets into
// it.
struct PhaseConvolution {
  Convolution convolution;
  int64_t weightOffset = 0, outputOffset = 0;
  bool empty = false;     // no pixel has this phase
  bool onlyBias = false;  // no tap reaches these pixels
};

PhaseConvolution transposedPhase(const OpAttributes& attributes, const Shape& y, const Shape& w,
                                 const Shape& x, int64_t phaseH, int64_t phaseW) {
  const Window window = Window::of(attributes, w[0], w[1]);
  const Phase h(phaseH, window.strideH, w[0], window.padTop, x[1]);
  const Phase v(phaseW, window.strideW, w[1], window.padLeft, x[2]);
  PhaseConvolution result;
  Convolution& c = result.convolution;
  c.in = {.images = y[0],
          .height = y[1],
          .width = y[2],
          .channels = y[3],
          .outHeight = h.outputs,
          .outWidth = v.outputs,
          .kernelH = h.taps,
          .kernelW = v.taps,
          .strideH = 1,
          .strideW = 1,
          .padTop = h.pad,
          .padLeft = v.pad};
  const int64_t tap = w[2] * w[3];
  c.weights = {.rows = h.taps,
               .columns = v.taps,
               .channels = w[3],
               .rowStep = -window.strideH * w[1] * tap,
               .columnStep = -window.strideW * tap,
               .inStep = 1,
               .outStep = w[3]};
  c.outputs = w[2];
  c.yPixel = window.strideW * x[3];
  c.yRow = window.strideH * x[2] * x[3];
  c.yImage = x[1] * x[2] * x[3];
  c.relu = attributes.flag("relu");
  c.splits = attributes.flag("split");
  result.weightOffset = (h.firstTap * w[1] + v.firstTap) * tap;
  result.outputOffset = (phaseH * x[2] + phaseW) * x[3];
  result.empty = h.outputs <= 0 || v.outputs <= 0;
  result.onlyBias = h.taps == 0 || v.taps == 0;
  return result;
}

// body(phase) for every phase that has pixels.
template <class Body>
void forEachPhase(const OpAttributes& attributes, const Shape& y, const Shape& w, const Shape& x,
                  Body&& body) {
  const Window window = Window::of(attributes, w[0], w[1]);
  for (int64_t h = 0; h < window.strideH; ++h)
    for (int64_t v = 0; v < window.strideW; ++v) {
      const PhaseConvolution phase = transposedPhase(attributes, y, w, x, h, v);
      if (!phase.empty) body(phase);
    }
}

int64_t biasTasks(const Convolution& c) {
  return c.in.images * c.in.outHeight;
}

void fillWithBias(const Convolution& c, std::byte* workspace, Parallel& parallel) {
  const SplitSums splits(c.splits, biasTasks(c), reinterpret_cast<double*>(workspace));
  parallel.forEach(biasTasks(c), [&](int64_t task) {
    const int64_t row = task / c.in.outHeight * c.yImage + task % c.in.outHeight * c.yRow;
    SplitLanes split;
    for (int64_t p = 0; p < c.in.outWidth; ++p) finishPixel(c, nullptr, row + p * c.yPixel, split);
    if (c.splits) splits.keep(task, split);
  });
  splits.addTo(c.split);
}

// Points c at everything but its images and weights; `offset` leads to the first pixel.
void attachOutput(Convolution& c, const KernelRun& run, int64_t offset) {
  const ConvolutionExtras extras = ConvolutionExtras::of(run.attributes, run.inputs.size());
  if (extras.bias > 0) c.bias = run.inputs[extras.bias].data;
  if (extras.plus > 0) c.plus = run.inputs[extras.plus].data + offset;
  if (extras.mask > 0) c.mask = run.inputs[extras.mask].data + offset;
  c.y = run.outputs[0].data + offset;
}

Convolution forward(const OpCall& call) {
  Convolution c = forward(call.attributes, call.inputs[0], call.inputs[1], call.outputs[0]);
  c.kept.used = call.fixedWeights;
  return c;
}

Convolution forward(const KernelRun& run, const ChannelNorm& norm, double* split) {
  Convolution c = forward(run.attributes, run.inputs[0].shape, run.inputs[1].shape, run.outputs[0].shape);
  c.in.data = run.inputs[0].data;
  c.in.norm = norm;
  c.weights.w = run.inputs[1].data;
  c.kept = {
      .used = run.kept != nullptr, .ready = run.keptIsReady, .data = reinterpret_cast<float*>(run.kept)};
  attachOutput(c, run, 0);
  c.split = split;
  return c;
}

PhaseConvolution transposedPhase(const OpCall& call, int64_t phaseH, int64_t phaseW) {
  return transposedPhase(call.attributes, call.inputs[0], call.inputs[1], call.outputs[0], phaseH, phaseW);
}

// A phase with its data.
Convolution filled(const PhaseConvolution& phase, const KernelRun& run, double* split) {
  Convolution c = phase.convolution;
  c.in.data = run.inputs[0].data;
  c.weights.w = phase.onlyBias ? nullptr : run.inputs[1].data + phase.weightOffset;
  attachOutput(c, run, phase.outputOffset);
  c.split = split;
  return c;
}

// body(totals) adds up what comes from plus and what does not; output 1 gets it where the call asks for it.
template <class Body>
void withSplit(const KernelRun& run, Body&& body) {
  std::array<double, splitValues> totals{};
  body(totals.data());
  if (run.attributes.flag("split") && run.outputs[1].data) std::ranges::copy(totals, run.outputs[1].data);
}

// body is one of the ways to run a convolution: (convolution, workspace).
template <class Body>
void runForward(const KernelRun& run, Body&& body) {
  const NormOfRun read(run);
  withSplit(run, [&](double* split) { body(forward(run, read.norm, split), read.workspace); });
}

}  // namespace

size_t conv2dWorkspace(const OpCall& call, int threads) {
  return normWorkspaceBytes(call) + convolutionWorkspaceBytes(forward(call), threads);
}
size_t conv2dKept(const OpCall& call) {
  return sizeof(float) * static_cast<size_t>(convolutionKeptSize(forward(call)));
}
void runConv2d(const KernelRun& run) {
  runForward(run,
             [&](const Convolution& c, std::byte* workspace) { runConvolution(c, workspace, run.parallel); });
}

Refusal acceptGatheredConv2d(const OpCall& call) {
  return acceptGathered(forward(call));
}
size_t gatheredConv2dWorkspace(const OpCall& call, int) {
  return normWorkspaceBytes(call) + gatheredWorkspaceBytes(forward(call));
}
size_t gatheredConv2dKept(const OpCall& call) {
  return sizeof(float) * static_cast<size_t>(gatheredKeptSize(forward(call)));
}
void runGatheredConv2d(const KernelRun& run) {
  runForward(run,
             [&](const Convolution& c, std::byte* workspace) { runGathered(c, workspace, run.parallel); });
}

template <WinogradForm form>
Refusal acceptWinogradConv2d(const OpCall& call) {
  const Convolution c = forward(call);
  return acceptWinograd(form, c.in, c.outputs, c.kept.used);
}
template <WinogradForm form>
size_t winogradConv2dKept(const OpCall& call) {
  return sizeof(float) * static_cast<size_t>(winogradKeptSize(form, forward(call)));
}
template <WinogradForm form>
size_t winogradConv2dWorkspace(const OpCall& call, int threads) {
  return normWorkspaceBytes(call) + winogradWorkspaceBytes(form, forward(call), threads);
}
template <WinogradForm form>
void runWinogradConv2d(const KernelRun& run) {
  runForward(run, [&](const Convolution& c, std::byte* workspace) {
    runWinograd(form, c, workspace, run.parallel);
  });
}

namespace {

using WorkspaceOf = size_t (*)(const Convolution&, int threads);
using RunConvolution = void (*)(const Convolution&, std::byte* workspace, Parallel&);

size_t phasesWorkspace(const OpCall& call, int threads, WorkspaceOf workspace) {
  size_t bytes = 0;
  forEachPhase(
      call.attributes, call.inputs[0], call.inputs[1], call.outputs[0], [&](const PhaseConvolution& phase) {
        const Convolution& c = phase.convolution;
        bytes = std::max(bytes, phase.onlyBias ? sizeof(double) * static_cast<size_t>(SplitSums::sizeFor(
                                                                      c.splits, biasTasks(c)))
                                               : workspace(c, threads));
      });
  return bytes;
}

void runPhases(const KernelRun& run, RunConvolution runOne) {
  withSplit(run, [&](double* split) {
    forEachPhase(run.attributes, run.inputs[0].shape, run.inputs[1].shape, run.outputs[0].shape,
                 [&](const PhaseConvolution& phase) {
                   const Convolution c = filled(phase, run, split);
                   if (phase.onlyBias)
                     fillWithBias(c, run.workspace, run.parallel);
                   else
                     runOne(c, run.workspace, run.parallel);
                 });
  });
}

}  // namespace

size_t conv2dTransposedWorkspace(const OpCall& call, int threads) {
  return phasesWorkspace(call, threads, convolutionWorkspaceBytes);
}
void runConv2dTransposed(const KernelRun& run) {
  runPhases(run, runConvolution);
}

Refusal acceptBf16Conv2d(const OpCall& call) {
  return acceptBf16(forward(call));
}
size_t bf16Conv2dWorkspace(const OpCall& call, int threads) {
  return normWorkspaceBytes(call) + bf16WorkspaceBytes(forward(call), threads);
}
void runBf16Conv2d(const KernelRun& run) {
  runForward(run, [&](const Convolution& c, std::byte* workspace) { runBf16(c, workspace, run.parallel); });
}

// All phases have the same channels.
Refusal acceptBf16Conv2dTransposed(const OpCall& call) {
  return acceptBf16(transposedPhase(call, 0, 0).convolution);
}
size_t bf16Conv2dTransposedWorkspace(const OpCall& call, int threads) {
  return phasesWorkspace(call, threads, bf16WorkspaceBytes);
}
void runBf16Conv2dTransposed(const KernelRun& run) {
  runPhases(run, runBf16);
}

template <WinogradForm form>
Refusal acceptWinogradConv2dTransposed(const OpCall& call) {
  const Window window = Window::of(call.attributes, call.inputs[1][0], call.inputs[1][1]);
  if (window.strideH != 1 || window.strideW != 1) return "the stride is not 1";
  const Convolution c = transposedPhase(call, 0, 0).convolution;
  return acceptWinograd(form, c.in, c.outputs);
}
template <WinogradForm form>
size_t winogradConv2dTransposedWorkspace(const OpCall& call, int threads) {
  return winogradWorkspaceBytes(form, transposedPhase(call, 0, 0).convolution, threads);
}
template <WinogradForm form>
void runWinogradConv2dTransposed(const KernelRun& run) {
  const PhaseConvolution phase =
      transposedPhase(run.attributes, run.inputs[0].shape, run.inputs[1].shape, run.outputs[0].shape, 0, 0);
  withSplit(
      run, [&](double* split) { runWinograd(form, filled(phase, run, split), run.workspace, run.parallel); });
}

template Refusal acceptWinogradConv2d<winograd2>(const OpCall&);
template size_t winogradConv2dWorkspace<winograd2>(const OpCall&, int);
template size_t winogradConv2dKept<winograd2>(const OpCall&);
template void runWinogradConv2d<winograd2>(const KernelRun&);
template Refusal acceptWinogradConv2dTransposed<winograd2>(const OpCall&);
template size_t winogradConv2dTransposedWorkspace<winograd2>(const OpCall&, int);
template void runWinogradConv2dTransposed<winograd2>(const KernelRun&);
template Refusal acceptWinogradConv2d<winograd4>(const OpCall&);
template size_t winogradConv2dWorkspace<winograd4>(const OpCall&, int);
template size_t winogradConv2dKept<winograd4>(const OpCall&);
template void runWinogradConv2d<winograd4>(const KernelRun&);
template Refusal acceptWinogradConv2dTransposed<winograd4>(const OpCall&);
template size_t winogradConv2dTransposedWorkspace<winograd4>(const OpCall&, int);
template void runWinogradConv2dTransposed<winograd4>(const KernelRun&);

}  // namespace bypath
