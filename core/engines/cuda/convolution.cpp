// The three convolutions as calls of cuDNN, with what has to be laid out before and finished after.
#include <algorithm>

#include "core/engines/cuda/direct_convolution.h"
#include "core/engines/cuda/workspace_parts.h"
#include "core/ops/input_norm.h"

namespace bypath {
namespace {

// What all kernels of an engine share.
struct Library {
  DeviceMath math;
  ConvolutionChoices* choices;
  bool fast;
  std::shared_ptr<ConvolutionWays> ways;
};

// The op's own tensors, whichever of the three is computed.
struct OwnTensors {
  gpu::Array x, y;
  const DeviceTensor& weights;

  OwnTensors(const DeviceRun& run, ConvolutionPart part)
      : x((part == ConvolutionPart::input ? run.outputs[0] : run.inputs[0]).array),
        y((part == ConvolutionPart::forward ? run.outputs[0]
           : part == ConvolutionPart::input ? run.inputs[0]
                                            : run.inputs[1])
              .array),
        weights(part == ConvolutionPart::weights ? run.outputs[0] : run.inputs[1]) {}
};

// A planned call with its memory.
class PlacedConvolution {
 public:
  PlacedConvolution(const DeviceRun& run, const ConvolutionCase& c, const ConvolutionPlan& plan)
      : run_(run), case_(c), plan_(plan), own_(run, c.part), call_(plan.call) {
    WorkspaceParts parts(run.workspace);
    call_.workspace = parts.take(plan.libraryBytes);
    call_.workspaceBytes = plan.libraryBytes;
    const gpu::Array given = own_.weights.filter;
    filterIsGiven_ = given.there() && (given.half != 0) == plan.half;
    filter_ = filterIsGiven_ ? given : gpu::Array{parts.take(plan.filterBytes), plan.half};
    x_ = plan.xApart ? gpu::Array{parts.take(plan.xBytes), plan.half} : own_.x;
    y_ = plan.yApart ? gpu::Array{parts.take(plan.yBytes), plan.half} : own_.y;
    call_.x = x_.data;
    call_.weights = filter_.data;
    call_.y = y_.data;
    if (call_.bias) call_.bias = run.inputs[c.bias].array.data;
  }

  const ConvolutionCall& call() const { return call_; }

  // In the first of these ways that the library does not refuse when it is to run it. False: it refuses all,
  // and nothing was summed up.
  bool launch(const std::vector<ConvolutionAlgorithm>& ways) {
    layOut();
    for (const ConvolutionAlgorithm& way : ways) {
      call_.algorithm = way.number;
      if (!run_.queue.convolve(call_)) continue;
      case_.part == ConvolutionPart::weights ? bringWeightsBack() : finish();
      return true;
    }
    return false;
  }

 private:
  gpu::FilterLayout layout() const { return {.taps = call_.kh * call_.kw, .c = call_.c, .k = call_.k}; }
  gpu::Array input(size_t place) const { return place > 0 ? run_.inputs[place].array : gpu::Array{}; }
  void convert(const gpu::Array& from, const gpu::Array& to, int64_t count) const {
    run_.queue.map(gpu::ConvertValues{from, to, count}, gpu::foursOf(count));
  }

  void layOut() const {
    if (case_.part != ConvolutionPart::weights && !filterIsGiven_)
      run_.queue.map(gpu::FilterToDevice{own_.weights.array, filter_, layout()}, layout().tiles());
    if (case_.part != ConvolutionPart::input && plan_.xApart) {
      const int64_t count = int64_t{call_.n} * call_.h * call_.w * call_.c;
      if (plan_.padded)
        run_.queue.map(gpu::PadImage{own_.x, x_, plan_.overlay, count}, gpu::foursOf(count));
      else
        convert(own_.x, x_, count);
    }
    if (case_.part != ConvolutionPart::forward && plan_.yApart) convert(own_.y, y_, case_.y.count());
    if (!call_.addToResult) return;
    // To the same bits as where plus gives its memory to the result.
    const gpu::Array plus = input(case_.plus), &result = run_.outputs[0].array;
    const int64_t count = case_.result().count();
    if (plus.data == result.data) return;
    if (plus.half != result.half)
      convert(plus, result, count);
    else
      run_.queue.copy(result.data, plus.data,
                      static_cast<uint64_t>(count) * (plus.half ? sizeof(uint16_t) : sizeof(float)));
  }

  void bringWeightsBack() const {
    const DeviceTensor& out = run_.outputs[0];
    if (!out.filter.there())
      run_.queue.map(gpu::FilterFromDevice{filter_, out.array, layout()}, layout().tiles());
    else if (!filterIsGiven_)
      convert(filter_, out.filter, layout().count());
  }

  // What the call has not done.
  void finish() const {
    const bool forward = case_.part == ConvolutionPart::forward;
    const bool biasIsIn = call_.bias != nullptr;
    const bool left = (case_.bias > 0 && !biasIsIn) || (case_.plus > 0 && !call_.addToResult) ||
                      case_.mask > 0 || (case_.relu && !call_.relu);
    if (!left && !(forward ? plan_.yApart : plan_.xApart)) return;
    ConvolutionRest rest{.plus = call_.addToResult ? gpu::Array{} : input(case_.plus),
                         .mask = input(case_.mask),
                         .relu = case_.relu && !call_.relu,
                         .split = case_.split};
    rest.sums = {.sums = forward ? y_ : x_,
                 .bias = biasIsIn ? gpu::Array{} : input(case_.bias),
                 .overlay = plan_.overlay,
                 .count = case_.result().count(),
                 .channels = static_cast<int32_t>(case_.result().last()),
                 .cropped = !forward && plan_.padded};
    rest.launch(run_);
  }

  const DeviceRun& run_;
  const ConvolutionCase& case_;
  const ConvolutionPlan& plan_;
  OwnTensors own_;
  ConvolutionCall call_;
  gpu::Array x_, y_, filter_;  // of the call
  bool filterIsGiven_ = false;
};

// Nothing: our own kernels have to do it. Images are bfloat16 only where products are; elsewhere there is no
// memory to convert them in.
std::optional<ConvolutionPlan> planOf(const DeviceRun& run, const ConvolutionCase& c,
                                      const Library& library) {
  const OwnTensors own(run, c.part);
  const HalfImages halves{.x = own.x.half != 0, .y = own.y.half != 0};
  if (library.math != DeviceMath::bf16 && (halves.x || halves.y)) return std::nullopt;
  return planConvolution(c, library.math, halves, *library.ways);
}

void launch(const DeviceRun& run, ConvolutionPart part, const Library& library) {
  const ConvolutionCase c = ConvolutionCase::of(part, run);
  const std::optional<ConvolutionPlan> plan = planOf(run, c, library);
  if (!plan) return launchDirectConvolution(run, c);
  PlacedConvolution placed(run, c, *plan);
  const int32_t chosen = library.choices ? library.choices->number(placed.call()) : -1;
  // What another library or another setting chose may not be a way here.
  std::vector<ConvolutionAlgorithm> ways = library.ways->of(placed.call());
  std::ranges::stable_partition(ways, [&](const auto& way) { return way.number == chosen; });
  if (!placed.launch(ways)) launchDirectConvolution(run, c);
}

void tune(const DeviceRun& run, ConvolutionPart part, const Library& library) {
  const ConvolutionCase c = ConvolutionCase::of(part, run);
  const std::optional<ConvolutionPlan> plan = planOf(run, c, library);
  if (plan && library.choices)
    library.choices->tune(run.queue, PlacedConvolution(run, c, *plan).call(), library.fast);
}

// The combinations of types that a call may get.
std::vector<HalfImages> possibleHalves(DeviceMath math) {
  if (math != DeviceMath::bf16) return {HalfImages{}};
  return {{}, {.x = true, .y = true}, {.x = true}, {.y = true}};
}

size_t workspaceBytes(const OpCall& call, ConvolutionPart part, const Library& library) {
  ConvolutionCase c = ConvolutionCase::of(part, call);
  size_t bytes = directConvolutionWorkspace(c);
  for (const bool fuses : {true, false}) {
    c.fusesBias = fuses;
    for (const HalfImages& halves : possibleHalves(library.math))
      if (const auto plan = planConvolution(c, library.math, halves, *library.ways))
        bytes = std::max<size_t>(bytes, plan->workspaceBytes());
  }
  return bytes;
}

Refusal accept(const OpCall& call, ConvolutionPart part, const Library& library) {
  if (InputNorm::isIn(call.attributes)) return "the input is not normalised yet";
  const ConvolutionCase c = ConvolutionCase::of(part, call);
  if (std::string problem = c.problem(); !problem.empty()) return problem;
  for (const HalfImages& halves : possibleHalves(library.math))
    if (!planConvolution(c, library.math, halves, *library.ways))
      return "cuDNN has no way to do it that gives the same bits every time";
  return {};
}

}  // namespace

void addConvolutionKernels(DeviceKernels& kernels) {
  const Library library{.math = kernels.math(),
                        .choices = kernels.choices(),
                        .fast = kernels.fast(),
                        .ways = std::make_shared<ConvolutionWays>(kernels.device(), kernels.fast())};
  const auto add = [&](const char* op, ConvolutionPart part) {
    kernels.add(
        op, "cudnn", [=](const DeviceRun& run) { launch(run, part, library); },
        [=](const OpCall& call) { return workspaceBytes(call, part, library); },
        [=](const OpCall& call) { return accept(call, part, library); },
        [=](const DeviceRun& run) { tune(run, part, library); });
  };
  add("conv2d", ConvolutionPart::forward);
  add("conv2d_transposed", ConvolutionPart::input);
  add("conv2d_weights", ConvolutionPart::weights);
}

}  // namespace bypath
