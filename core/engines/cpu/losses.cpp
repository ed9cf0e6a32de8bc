// Losses and metrics of each sample, and the objective. Rows of logits and latent values are short: plain
// loops.
#include <algorithm>
#include <cmath>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/element_wise_spans.h"
#include "core/engines/cpu/kernel_functions.h"

namespace bypath {

namespace {

// body(sample) for the rows of input 0.
template <class Body>
void forEachSample(const KernelRun& run, Body&& body) {
  const Shape& shape = run.inputs[0].shape;
  const int64_t cost = shape.perSample().count() * 32;
  forEachRange(run.parallel, shape[0], cost, [&](int64_t begin, int64_t end) {
    for (int64_t n = begin; n < end; ++n) body(n);
  });
}

struct LogitsRow {
  const float* logits;
  int64_t classes, label;
  double smoothing;

  LogitsRow(const KernelRun& run, int64_t n)
      : logits(run.inputs[0].data + n * run.inputs[0].shape[1]),
        classes(run.inputs[0].shape[1]),
        label(static_cast<int64_t>(run.inputs[1].data[n])),
        smoothing(run.attributes.real("smoothing", 0)) {}

  double logit(int64_t k) const { return static_cast<double>(logits[k]); }
  double target(int64_t k) const {
    return smoothing / static_cast<double>(classes) + (k == label ? 1 - smoothing : 0);
  }
  double logSumExp() const {
    const auto largest = static_cast<double>(*std::max_element(logits, logits + classes));
    double sum = 0;
    for (int64_t k = 0; k < classes; ++k) sum += std::exp(logit(k) - largest);
    return largest + std::log(sum);
  }
};

}  // namespace

void runSoftmaxCrossEntropy(const KernelRun& run) {
  forEachSample(run, [&](int64_t n) {
    const LogitsRow row(run, n);
    double loss = row.logSumExp();
    for (int64_t k = 0; k < row.classes; ++k) loss -= row.target(k) * row.logit(k);
    run.outputs[0].data[n] = static_cast<float>(loss);
  });
}

void runSoftmaxCrossEntropyBackward(const KernelRun& run) {
  forEachSample(run, [&](int64_t n) {
    const LogitsRow row(run, n);
    const double logSum = row.logSumExp();
    const auto dloss = static_cast<double>(run.inputs[2].data[n]);
    float* dlogits = run.outputs[0].data + n * row.classes;
    for (int64_t k = 0; k < row.classes; ++k)
      dlogits[k] = static_cast<float>((std::exp(row.logit(k) - logSum) - row.target(k)) * dloss);
  });
}

void runCorrect(const KernelRun& run) {
  forEachSample(run, [&](int64_t n) {
    const LogitsRow row(run, n);
    const int64_t best = std::max_element(row.logits, row.logits + row.classes) - row.logits;
    run.outputs[0].data[n] = best == row.label ? 1.0f : 0.0f;
  });
}

void runBernoulliLoss(const KernelRun& run) {
  const int64_t perSample = run.inputs[0].shape.perSample().count();
  forEachSample(run, [&](int64_t n) {
    run.outputs[0].data[n] = static_cast<float>(
        bernoulliLossSpan(run.inputs[0].data + n * perSample, run.inputs[1].data + n * perSample, perSample));
  });
}

void runBernoulliLossBackward(const KernelRun& run) {
  const int64_t perSample = run.inputs[0].shape.perSample().count();
  forEachSample(run, [&](int64_t n) {
    bernoulliGradientSpan(run.inputs[0].data + n * perSample, run.inputs[1].data + n * perSample,
                          run.inputs[2].data[n], run.outputs[0].data + n * perSample, perSample);
  });
}

void runGaussianKl(const KernelRun& run) {
  const int64_t size = run.inputs[0].shape[1];
  forEachSample(run, [&](int64_t n) {
    double sum = 0;
    for (int64_t i = n * size; i < (n + 1) * size; ++i) {
      const auto mu = static_cast<double>(run.inputs[0].data[i]),
                 s = static_cast<double>(run.inputs[1].data[i]);
      sum += mu * mu + std::exp(s) - 1 - s;
    }
    run.outputs[0].data[n] = static_cast<float>(sum / 2);
  });
}

void runGaussianKlBackward(const KernelRun& run) {
  const int64_t size = run.inputs[0].shape[1];
  forEachSample(run, [&](int64_t n) {
    const float dkl = run.inputs[2].data[n];
    for (int64_t i = n * size; i < (n + 1) * size; ++i) {
      if (run.outputs[0].data) run.outputs[0].data[i] = run.inputs[0].data[i] * dkl;
      if (run.outputs[1].data) run.outputs[1].data[i] = 0.5f * std::expm1(run.inputs[1].data[i]) * dkl;
    }
  });
}

void runObjective(const KernelRun& run) {
  double objective = 0;
  for (size_t t = 0; t < run.inputs.size(); ++t) {
    double sum = 0;
    for (const float value : run.inputs[t].span()) sum += static_cast<double>(value);
    objective +=
        run.attributes.real("weight" + std::to_string(t)) * sum / static_cast<double>(run.inputs[t].count());
  }
  run.outputs[0].data[0] = static_cast<float>(objective);
}

void runObjectiveBackward(const KernelRun& run) {
  const double share = run.attributes.real("weight") / run.attributes.real("count");
  const std::span<float> terms = run.outputs[0].span();
  std::fill(terms.begin(), terms.end(),
            static_cast<float>(share * static_cast<double>(run.inputs[0].data[0])));
}

}  // namespace bypath
