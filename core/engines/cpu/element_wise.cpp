// Element-wise ops: threads around the loops of element_wise_spans.
#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/element_wise_spans.h"
#include "core/engines/cpu/kernel_functions.h"

namespace bypath {

namespace {

void map(const KernelRun& run, Unary function, float parameter = 0) {
  const float* x = run.inputs[0].data;
  float* y = run.outputs[0].data;
  forEachRange(run.parallel, run.outputs[0].count(), 2 * sizeof(float), [&](int64_t begin, int64_t end) {
    mapSpan(function, parameter, x + begin, y + begin, end - begin);
  });
}

void map(const KernelRun& run, Binary function, float parameter = 0) {
  const float* a = run.inputs[0].data;
  const float* b = run.inputs[1].data;
  float* y = run.outputs[0].data;
  forEachRange(run.parallel, run.outputs[0].count(), 3 * sizeof(float), [&](int64_t begin, int64_t end) {
    mapSpans(function, parameter, a + begin, b + begin, y + begin, end - begin);
  });
}

float alpha(const KernelRun& run) {
  return static_cast<float>(run.attributes.real("alpha", 1));
}

}  // namespace

void runRelu(const KernelRun& run) {
  map(run, Unary::relu);
}
void runElu(const KernelRun& run) {
  map(run, Unary::elu, alpha(run));
}
void runSigmoid(const KernelRun& run) {
  map(run, Unary::sigmoid);
}
void runTanh(const KernelRun& run) {
  map(run, Unary::tanh);
}
void runReluBackward(const KernelRun& run) {
  map(run, Binary::reluBackward);
}
void runEluBackward(const KernelRun& run) {
  map(run, Binary::eluBackward, alpha(run));
}
void runSigmoidBackward(const KernelRun& run) {
  map(run, Binary::sigmoidBackward);
}
void runTanhBackward(const KernelRun& run) {
  map(run, Binary::tanhBackward);
}

void runAdd(const KernelRun& run) {
  const size_t terms = run.inputs.size();
  const Binary last = run.attributes.flag("relu") ? Binary::addRelu : Binary::add;
  float* y = run.outputs[0].data;
  const int64_t count = run.outputs[0].count();
  const bool pastCache =
      terms == 2 && outgrowsCache(count) && y != run.inputs[0].data && y != run.inputs[1].data;
  constexpr int64_t line = 16;  // floats that are written at once
  const auto cost = static_cast<int64_t>((terms + 1) * sizeof(float)) * line;
  forEachRange(run.parallel, dividedUp(count, line), cost, [&](int64_t first, int64_t behind) {
    const int64_t begin = first * line, end = std::min(behind * line, count);
    const float* sum = run.inputs[0].data;
    for (size_t t = 1; t < terms; ++t) {
      mapSpans(t + 1 == terms ? last : Binary::add, 0, sum + begin, run.inputs[t].data + begin, y + begin,
               end - begin, pastCache);
      sum = y;
    }
  });
}

void runMultiply(const KernelRun& run) {
  map(run, Binary::multiply);
}

void runScale(const KernelRun& run) {
  map(run, Unary::scale, static_cast<float>(run.attributes.real("factor")));
}

void runScaleByScalar(const KernelRun& run) {
  map(run, Unary::scale,
      static_cast<float>(run.attributes.real("factor", 1) * static_cast<double>(run.inputs[1].data[0])));
}

}  // namespace bypath
