// Ops with random numbers of base/random.h: the same number for the same seed, stream, step, sample and index
// on every engine.
#include "core/base/random.h"

#include <cmath>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/kernel_functions.h"
#include "core/ops/dropout.h"

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

// body(group, first value of the group, begin and end of a part of it): values in groups of one key each.
template <class Body>
void forEachPart(const KernelRun& run, int64_t groups, Body&& body) {
  const int64_t perGroup = run.inputs[0].count() / groups;
  const Chunks blocks = Chunks::of(dividedUp(perGroup, wordsABlock), 1 << 12, 64);
  run.parallel.forEach(groups * blocks.count, [&](int64_t task) {
    const int64_t group = task / blocks.count, part = task % blocks.count;
    body(group, group * perGroup, blocks.begin(part) * wordsABlock,
         std::min(blocks.end(part) * wordsABlock, perGroup));
  });
}

// body(key, first value of the sample, begin and end of a part of it)
template <class Body>
void forEachSample(const KernelRun& run, Body&& body) {
  forEachPart(run, run.inputs[0].shape[0], [&](int64_t sample, int64_t first, int64_t begin, int64_t end) {
    body(keyOf(run, sample), first, begin, end);
  });
}

// uniform() of a word.
float uniformOf(uint32_t word) {
  return static_cast<float>(word >> 8) * 0x1p-24f;
}

// What dropout multiplies by, as engines draw it: factors [begin, end) of a key, begin a multiple of four.
class Factors {
 public:
  explicit Factors(const OpAttributes& attributes)
      : isNormal_(attributes.flag("normal")), rate_(static_cast<float>(attributes.real("rate"))) {
    const double rate = attributes.real("rate");
    deviation_ = dropoutDeviation(rate);
    kept_ = attributes.flag("unscaled") ? 1 : static_cast<float>(1 / (1 - rate));
  }

  // body(index, factor)
  template <class Body>
  void draw(const RandomKey& key, int64_t begin, int64_t end, Body&& body) const {
    if (isNormal_)
      drawNormal(key, begin, end, body);
    else
      drawMask(key, begin, end, body);
  }

 private:
  template <class Body>
  void drawMask(const RandomKey& key, int64_t begin, int64_t end, Body&& body) const {
    for (int64_t block = begin; block < end; block += wordsABlock) {
      const RandomWords drawn = randomWords(key, static_cast<uint32_t>(block / wordsABlock));
      for (int64_t i = block; i < std::min(block + wordsABlock, end); ++i)
        body(i, uniformOf(drawn.word[i - block]) >= rate_ ? kept_ : 0.0f);
    }
  }
  template <class Body>
  void drawNormal(const RandomKey& key, int64_t begin, int64_t end, Body&& body) const {
    for (int64_t i = begin; i < end; i += 2) {
      const NormalPair pair = normalPair(key, static_cast<uint32_t>(i / 2));
      body(i, static_cast<float>(1 + deviation_ * pair.even));
      if (i + 1 < end) body(i + 1, static_cast<float>(1 + deviation_ * pair.odd));
    }
  }

  bool isNormal_;
  float rate_, kept_;
  double deviation_;
};

// A factor of zero leaves nothing, whatever the value was.
float times(float x, float factor) {
  return factor == 0 ? 0.0f : x * factor;
}

// Each value has a factor of its own.
void dropValues(const KernelRun& run, const DropoutNumbers& numbers) {
  const Factors factors(run.attributes);
  forEachPart(run, numbers.groups, [&](int64_t group, int64_t first, int64_t begin, int64_t end) {
    const float* x = run.inputs[0].data + first;
    float* y = run.outputs[0].data + first;
    factors.draw(numbers.key(run.attributes, run.key, group), begin, end,
                 [&](int64_t i, float factor) { y[i] = times(x[i], factor); });
  });
}

// Rows of values, `numbers.each` wide, share one row of factors.
void dropRows(const KernelRun& run, const DropoutNumbers& numbers) {
  const Factors factors(run.attributes);
  const int64_t width = numbers.each;
  auto* const drawn = reinterpret_cast<float*>(run.workspace);
  run.parallel.forEach(numbers.groups, [&](int64_t group) {
    factors.draw(numbers.key(run.attributes, run.key, group), 0, width,
                 [&](int64_t i, float factor) { drawn[group * width + i] = factor; });
  });
  const int64_t rowsAGroup = run.inputs[0].count() / numbers.groups / width;
  const int64_t cost = 2 * width * static_cast<int64_t>(sizeof(float));
  forEachRange(run.parallel, numbers.groups * rowsAGroup, cost, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const float* factor = drawn + row / rowsAGroup * width;
      const float* x = run.inputs[0].data + row * width;
      float* y = run.outputs[0].data + row * width;
      for (int64_t i = 0; i < width; ++i) y[i] = times(x[i], factor[i]);
    }
  });
}

// All values of a group share one factor.
void dropGroups(const KernelRun& run, const DropoutNumbers& numbers) {
  const Factors factors(run.attributes);
  forEachPart(run, numbers.groups, [&](int64_t group, int64_t first, int64_t begin, int64_t end) {
    float common = 0;
    factors.draw(numbers.key(run.attributes, run.key, group), 0, 1,
                 [&](int64_t, float factor) { common = factor; });
    const float* x = run.inputs[0].data + first;
    float* y = run.outputs[0].data + first;
    for (int64_t i = begin; i < end; ++i) y[i] = times(x[i], common);
  });
}

// sigma = exp(share * s).
double logSigmaShare(const KernelRun& run) {
  return run.attributes.flag("log_sigma") ? 1 : 0.5;
}

}  // namespace

size_t dropoutWorkspace(const OpCall& call, int) {
  const DropoutNumbers numbers = DropoutNumbers::of(call.attributes, call.inputs[0]);
  return numbers.reach == DropoutReach::channel
             ? static_cast<size_t>(numbers.groups * numbers.each) * sizeof(float)
             : 0;
}

void runDropout(const KernelRun& run) {
  const DropoutNumbers numbers = DropoutNumbers::of(run.attributes, run.inputs[0].shape);
  switch (numbers.reach) {
    case DropoutReach::value:
    case DropoutReach::weight:
      return dropValues(run, numbers);
    case DropoutReach::channel:
      return dropRows(run, numbers);
    case DropoutReach::sample:
    case DropoutReach::step:
      return dropGroups(run, numbers);
  }
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
