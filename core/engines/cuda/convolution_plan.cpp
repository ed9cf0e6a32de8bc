#include "core/engines/cuda/convolution_plan.h"

#include <algorithm>
#include <limits>

#include "core/engines/cuda/workspace_parts.h"
#include "core/ops/convolution.h"

namespace bypath {
namespace {

// One axis as the library says it: the same padding on both sides, and positions that follow from it.
struct Axis {
  int64_t size, pad;
  bool padded;  // the image is copied into one of `size` pixels first, which has all its padding

  // Uneven padding may well be even: what lies beyond the last position is not read. Else an image is made
  // that ends where the last position does.
  Axis(int64_t image, int64_t kernel, int64_t stride, int64_t before, int64_t positions) {
    const int64_t slack = image + 2 * before - kernel;
    padded = slack < 0 || slack / stride + 1 != positions;
    size = padded ? (positions - 1) * stride + kernel : image;
    pad = padded ? 0 : before;
  }
};

int32_t narrow(int64_t value) {
  return static_cast<int32_t>(value);
}

// The call, and how its x lies around ours.
void setSizes(const ConvolutionCase& c, ConvolutionPlan& plan) {
  const Axis h(c.x[1], c.w[0], c.window.strideH, c.window.padTop, c.y[1]);
  const Axis w(c.x[2], c.w[1], c.window.strideW, c.window.padLeft, c.y[2]);
  plan.call = {.part = c.part,
               .n = narrow(c.x[0]),
               .h = narrow(h.size),
               .w = narrow(w.size),
               .c = narrow(c.x[3]),
               .k = narrow(c.y[3]),
               .kh = narrow(c.w[0]),
               .kw = narrow(c.w[1]),
               .oh = narrow(c.y[1]),
               .ow = narrow(c.y[2]),
               .strideH = narrow(c.window.strideH),
               .strideW = narrow(c.window.strideW),
               .padH = narrow(h.pad),
               .padW = narrow(w.pad)};
  plan.padded = h.padded || w.padded;
  const int32_t top = h.padded ? narrow(c.window.padTop) : 0, left = w.padded ? narrow(c.window.padLeft) : 0;
  if (c.part == ConvolutionPart::input)
    plan.overlay = {.h = narrow(h.size),
                    .w = narrow(w.size),
                    .toH = narrow(c.x[1]),
                    .toW = narrow(c.x[2]),
                    .top = -top,
                    .left = -left,
                    .c = narrow(c.x[3])};
  else
    plan.overlay = {.h = narrow(c.x[1]),
                    .w = narrow(c.x[2]),
                    .toH = narrow(h.size),
                    .toW = narrow(w.size),
                    .top = top,
                    .left = left,
                    .c = narrow(c.x[3])};
}

// Everything but the library's ways, in this arithmetic.
ConvolutionPlan planIn(const ConvolutionCase& c, DeviceMath math, HalfImages halves) {
  ConvolutionPlan plan;
  setSizes(c, plan);
  plan.half = math == DeviceMath::bf16;
  plan.call.math = math;
  plan.xApart = plan.padded || halves.x != plan.half;
  plan.yApart = halves.y != plan.half;
  return plan;
}

void setBytes(const ConvolutionCase& c, ConvolutionPlan& plan) {
  const ConvolutionCall& q = plan.call;
  if (c.inPlace && !q.addToResult) (c.part == ConvolutionPart::forward ? plan.yApart : plan.xApart) = true;
  const uint64_t value = plan.half ? sizeof(uint16_t) : sizeof(float);
  const auto bytes = [&](const Shape& shape) { return static_cast<uint64_t>(shape.count()) * value; };
  plan.filterBytes = bytes(c.w);
  plan.xBytes = plan.xApart ? bytes({q.n, q.h, q.w, q.c}) : 0;
  plan.yBytes = plan.yApart ? bytes(c.y) : 0;
}

bool setWays(const ConvolutionCase& c, ConvolutionPlan& plan, ConvolutionWays& ways) {
  const std::vector<ConvolutionAlgorithm>& list = ways.of(plan.call);
  if (list.empty()) return false;
  for (const ConvolutionAlgorithm& way : list)
    plan.libraryBytes = std::max(plan.libraryBytes, way.workspaceBytes);
  setBytes(c, plan);
  return true;
}

ConvolutionCase caseOf(ConvolutionPart part, const OpAttributes& attributes, const Shape& first,
                       const Shape& second, const Shape& output, size_t inputs) {
  ConvolutionCase c{.part = part};
  if (part == ConvolutionPart::weights) {
    c.x = first, c.y = second, c.w = output;
  } else {
    const ConvolutionExtras extras = ConvolutionExtras::of(attributes, inputs);
    c.bias = extras.bias, c.plus = extras.plus, c.mask = extras.mask;
    c.relu = attributes.flag("relu");
    c.split = attributes.flag("split");
    c.w = second;
    c.x = part == ConvolutionPart::forward ? first : output;
    c.y = part == ConvolutionPart::forward ? output : first;
  }
  c.window = Window::of(attributes, c.w[0], c.w[1]);
  return c;
}

}  // namespace

ConvolutionCase ConvolutionCase::of(ConvolutionPart part, const OpCall& call) {
  ConvolutionCase c =
      caseOf(part, call.attributes, call.inputs[0], call.inputs[1], call.outputs[0], call.inputs.size());
  c.inPlace = c.plus > 0 || c.mask > 0;
  return c;
}

ConvolutionCase ConvolutionCase::of(ConvolutionPart part, const DeviceRun& run) {
  ConvolutionCase c = caseOf(part, run.attributes, run.inputs[0].shape, run.inputs[1].shape,
                             run.outputs[0].shape, run.inputs.size());
  const void* result = run.outputs[0].array.data;
  c.inPlace = (c.plus > 0 && run.inputs[c.plus].array.data == result) ||
              (c.mask > 0 && run.inputs[c.mask].array.data == result);
  c.fusesBias = c.bias == 0 || !run.inputs[c.bias].array.half;
  return c;
}

const Shape& ConvolutionCase::result() const {
  return part == ConvolutionPart::forward ? y : part == ConvolutionPart::input ? x : w;
}

std::string ConvolutionCase::problem() const {
  int64_t largest = std::max({window.strideH, window.strideW, window.padTop + window.padBottom + x[1],
                              window.padLeft + window.padRight + x[2]});
  for (const Shape* shape : {&x, &w, &y})
    for (const int64_t size : shape->sizes()) largest = std::max(largest, size);
  return largest > std::numeric_limits<int32_t>::max() ? "a size is larger than 2^31" : "";
}

uint64_t ConvolutionPlan::workspaceBytes() const {
  return WorkspaceParts::sizeOf(libraryBytes) + WorkspaceParts::sizeOf(filterBytes) +
         WorkspaceParts::sizeOf(xBytes) + WorkspaceParts::sizeOf(yBytes);
}

const std::vector<ConvolutionAlgorithm>& ConvolutionWays::of(const ConvolutionCall& call) {
  const std::string key = ConvolutionChoices::key(call);
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(key);
  return found != known_.end() ? found->second
                               : known_.emplace(key, convolutionWays(device_, call, fast_)).first->second;
}

std::optional<ConvolutionPlan> planConvolution(const ConvolutionCase& c, DeviceMath math, HalfImages halves,
                                               ConvolutionWays& ways) {
  static constexpr float someBias = 0;
  // Of an engine that stores images as bfloat16, those that were left float32 are meant to stay exact: where
  // both are, so are the products.
  std::vector<DeviceMath> maths{math};
  if (math == DeviceMath::bf16) maths = {DeviceMath::float32};
  if (math == DeviceMath::bf16 && (halves.x || halves.y)) maths = {DeviceMath::bf16, DeviceMath::float32};
  const bool forward = c.part == ConvolutionPart::forward;
  const bool plusAlone = c.plus > 0 && c.bias == 0 && c.mask == 0 && !c.relu && !c.split;
  const bool biasAlone = forward && c.bias > 0 && c.plus == 0 && c.mask == 0 && c.fusesBias;
  for (const DeviceMath each : maths) {
    ConvolutionPlan plan = planIn(c, each, halves);
    const ConvolutionPlan plain = plan;
    if (plusAlone && !(forward ? plan.yApart : plan.xApart)) {
      plan.call.addToResult = true;
      if (setWays(c, plan, ways)) return plan;
    }
    plan = plain;
    if (biasAlone) {
      plan.call.bias = &someBias;
      plan.call.relu = c.relu;
      if (setWays(c, plan, ways)) return plan;
    }
    plan = plain;
    if (setWays(c, plan, ways)) return plan;
  }
  return std::nullopt;
}

}  // namespace bypath
