// Ops with random numbers of base/random.h: the same number for the same seed, stream, step, sample and index on every
// engine.
#include "core/base/random.h"

#include <cmath>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/kernel_functions.h"

namespace bypath {

namespace {

RandomKey keyOf(const KernelRun& run, int64_t sample) {
  return {.seed = run.key.seed,
          .stream = static_cast<uint32_t>(run.attributes.integer("stream")),
          .step = run.key.step,
          .sample = run.key.firstSample + static_cast<uint32_t>(sample)};
}

// body(sample, first value of a part, number of values)
template <class Body>
void forEachSample(const KernelRun& run, Body&& body) {
  const Shape& shape = run.inputs[0].shape;
  const int64_t perSample = shape.perSample().count();
  const Chunks parts = Chunks::of(perSample, 1 << 14, 64);
  run.parallel.forEach(shape[0] * parts.count, [&](int64_t task) {
    const int64_t sample = task / parts.count, part = task % parts.count;
    for (int64_t i = parts.begin(part); i < parts.end(part); ++i)
      body(keyOf(run, sample), sample * perSample + i, static_cast<uint32_t>(i));
  });
}

// sigma = exp(share * s).
double logSigmaShare(const KernelRun& run) { return run.attributes.flag("log_sigma") ? 1 : 0.5; }

}  // namespace

void runDropout(const KernelRun& run) {
  const double rate = run.attributes.real("rate");
  const auto threshold = static_cast<float>(rate);
  const auto scale = static_cast<float>(1 / (1 - rate));
  const float* x = run.inputs[0].data;
  float* y = run.outputs[0].data;
  forEachSample(run, [&](const RandomKey& key, int64_t at, uint32_t index) {
    y[at] = uniform(key, index) >= threshold ? x[at] * scale : 0.0f;
  });
}

void runGaussianSample(const KernelRun& run) {
  const double share = logSigmaShare(run);
  const float* mu = run.inputs[0].data;
  const float* s = run.inputs[1].data;
  float* z = run.outputs[0].data;
  forEachSample(run, [&](const RandomKey& key, int64_t at, uint32_t index) {
    z[at] = static_cast<float>(static_cast<double>(mu[at]) +
                               std::exp(share * static_cast<double>(s[at])) * normalDouble(key, index));
  });
}

void runGaussianSampleBackward(const KernelRun& run) {
  const double share = logSigmaShare(run);
  const float* s = run.inputs[0].data;
  const float* dz = run.inputs[1].data;
  float* ds = run.outputs[0].data;
  forEachSample(run, [&](const RandomKey& key, int64_t at, uint32_t index) {
    ds[at] = static_cast<float>(static_cast<double>(dz[at]) * share * std::exp(share * static_cast<double>(s[at])) *
                                normalDouble(key, index));
  });
}

}  // namespace bypath
