// Ops with random numbers of base/random.h: the same number for the same seed, stream, step, sample and index
// on every engine.
#include "core/base/random.h"

#include <cmath>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/kernel_functions.h"

namespace bypath {

namespace {

// uniform() and randomWords() number the same words: four a block.
constexpr int64_t wordsABlock = 4;

RandomKey keyOf(const KernelRun& run, int64_t sample) {
  return {.seed = run.key.seed,
          .stream = static_cast<uint32_t>(run.attributes.integer("stream")),
          .step = run.key.step,
          .sample = run.key.firstSample + static_cast<uint32_t>(sample)};
}

// body(key, first value of the sample, begin and end of a part of it)
template <class Body>
void forEachSample(const KernelRun& run, Body&& body) {
  const Shape& shape = run.inputs[0].shape;
  const int64_t perSample = shape.perSample().count();
  const Chunks blocks = Chunks::of(dividedUp(perSample, wordsABlock), 1 << 12, 64);
  run.parallel.forEach(shape[0] * blocks.count, [&](int64_t task) {
    const int64_t sample = task / blocks.count, part = task % blocks.count;
    body(keyOf(run, sample), sample * perSample, blocks.begin(part) * wordsABlock,
         std::min(blocks.end(part) * wordsABlock, perSample));
  });
}

// uniform() of a word.
float uniformOf(uint32_t word) {
  return static_cast<float>(word >> 8) * 0x1p-24f;
}

// sigma = exp(share * s).
double logSigmaShare(const KernelRun& run) {
  return run.attributes.flag("log_sigma") ? 1 : 0.5;
}

}  // namespace

void runDropout(const KernelRun& run) {
  const double rate = run.attributes.real("rate");
  const auto threshold = static_cast<float>(rate);
  const auto scale = static_cast<float>(1 / (1 - rate));
  forEachSample(run, [&](const RandomKey& key, int64_t first, int64_t begin, int64_t end) {
    const float* x = run.inputs[0].data + first;
    float* y = run.outputs[0].data + first;
    for (int64_t block = begin; block < end; block += wordsABlock) {
      const RandomWords drawn = randomWords(key, static_cast<uint32_t>(block / wordsABlock));
      for (int64_t i = block; i < std::min(block + wordsABlock, end); ++i)
        y[i] = uniformOf(drawn.word[i - block]) >= threshold ? x[i] * scale : 0.0f;
    }
  });
}

void runGaussianSample(const KernelRun& run) {
  const double share = logSigmaShare(run);
  forEachSample(run, [&](const RandomKey& key, int64_t first, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto mu = static_cast<double>(run.inputs[0].data[first + i]);
      const auto s = static_cast<double>(run.inputs[1].data[first + i]);
      run.outputs[0].data[first + i] =
          static_cast<float>(mu + std::exp(share * s) * normalDouble(key, static_cast<uint32_t>(i)));
    }
  });
}

void runGaussianSampleBackward(const KernelRun& run) {
  const double share = logSigmaShare(run);
  forEachSample(run, [&](const RandomKey& key, int64_t first, int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const auto s = static_cast<double>(run.inputs[0].data[first + i]);
      const auto dz = static_cast<double>(run.inputs[1].data[first + i]);
      run.outputs[0].data[first + i] =
          static_cast<float>(dz * share * std::exp(share * s) * normalDouble(key, static_cast<uint32_t>(i)));
    }
  });
}

}  // namespace bypath
