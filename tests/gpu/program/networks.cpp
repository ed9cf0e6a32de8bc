#include <cmath>
#include <cstdio>
#include <future>

#include "core/engines/cuda/cuda_engine.h"
#include "core/engines/reference/reference_engine.h"
#include "tests/gpu/program/built_network.h"
#include "tests/gpu/program/parts.h"

namespace bypath {
namespace {

constexpr uint32_t steps = 3;  // queued, recorded, replayed

struct Distance {
  double loss = 0, gradient = 0, statistics = 0, cosine = 1;
  std::string worstParameter;
};

double largestOf(std::span<const float> values) {
  double largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(static_cast<double>(value)));
  return largest;
}

// Gradients that are nothing but rounding, as of a bias before a batch norm, are measured by all others.
constexpr double rounding = 1e-6;

// Running statistics are those of all steps so far, everything else of the last.
Distance distance(const BuiltNetwork& seen, const BuiltNetwork& right) {
  Distance far;
  for (size_t l = 0; l < right.plan.losses.size(); ++l)
    far.loss = std::max(far.loss, worstOf(seen.loss(l), right.loss(l)));
  const double largest = largestOf(right.gradients());
  for (int p = 0; p < right.store->size(); ++p) {
    const std::span<const float> ours = std::as_const(*seen.store).gradients(p);
    const std::span<const float> theirs = std::as_const(*right.store).gradients(p);
    const bool isRounding = largestOf(theirs) < rounding * largest;
    const double worst = isRounding ? largestOf(ours) / largest : worstOf(ours, theirs);
    if (worst <= far.gradient) continue;
    far.gradient = worst;
    far.worstParameter = right.store->info(p).name;
  }
  far.statistics = worstOf(seen.statistics(), right.statistics());
  far.cosine = cosineOf(seen.gradients(), right.gradients());
  return far;
}

std::vector<NetworkCase> cases(bool quick) {
  if (quick)
    return {{.network = "resnet", .depth = 8, .width = 4},
            {.network = "preact-resnet", .depth = 11, .width = 4}};
  return {{.network = "starter"},
          {.network = "resnet", .depth = 8},
          {.network = "resnet", .depth = 20},
          {.network = "resnet", .depth = 20, .batch = 16},
          {.network = "plain", .depth = 20},
          {.network = "preact-resnet", .depth = 20},
          {.network = "conv-vae"},
          {.network = "resnet-vae", .depth = 28, .width = 8},
          {.network = "resnet-vae", .depth = 40, .width = 16}};
}

// A value that rounding takes to the other side of a ReLU's corner changes gradients by more than rounding,
// and with millions of values one does now and then: gradients are held as a whole, the worst one is
// reported. Of the coarser arithmetics the limit tells noise from values read as another type.
constexpr double lossLimit = 1e-4, statisticsLimit = 1e-4;

double cosineLimit(DeviceMath math) {
  return math == DeviceMath::float32 ? 0.999 : math == DeviceMath::tf32 ? 0.98 : 0.8;
}

bool isClose(DeviceMath math, const Distance& far) {
  if (!(far.cosine > cosineLimit(math)) || far.gradient >= 1e300 || far.loss >= 1e300) return false;
  return math != DeviceMath::float32 || (far.loss < lossLimit && far.statistics < statisticsLimit);
}

}  // namespace

nlohmann::json checkNetworks(const GpuCheck& check) {
  nlohmann::json lines = nlohmann::json::array(), failures = nlohmann::json::array();
  const auto reference = makeReferenceEngine();
  // The reference takes its time, on one thread each.
  std::vector<std::future<Result<BuiltNetwork>>> references;
  const std::vector<NetworkCase> every = cases(check.quick);
  for (const NetworkCase& what : every)
    references.push_back(std::async(std::launch::async, [&reference, what] {
      Result<BuiltNetwork> right = BuiltNetwork::make(what, *reference);
      for (uint32_t s = 0; right && s < steps; ++s) right->step(s);
      return right;
    }));
  for (size_t c = 0; c < every.size(); ++c) {
    const NetworkCase& what = every[c];
    const Result<BuiltNetwork> right = references[c].get();
    if (!right) {
      failures.push_back(what.text() + ": " + right.error().message);
      continue;
    }
    for (const DeviceMath math : {DeviceMath::float32, DeviceMath::tf32, DeviceMath::bf16}) {
      const auto engine = makeCudaEngine(check.gpu.device, {.math = math, .tuningFile = check.tuningFile});
      Result<BuiltNetwork> seen = BuiltNetwork::make(what, *engine);
      if (!seen) {
        failures.push_back(what.text() + ", " + nameOf(math) + ": " + seen.error().message);
        continue;
      }
      for (uint32_t s = 0; s < steps; ++s) seen->step(s);
      const Distance far = distance(*seen, *right);
      std::fprintf(stderr, "  %s, %s: gradients apart by %.1e (%s), cosine %.7f\n", what.text().c_str(),
                   nameOf(math), far.gradient, far.worstParameter.c_str(), far.cosine);
      lines.push_back({{"network", what.text()},
                       {"math", nameOf(math)},
                       {"loss", far.loss},
                       {"gradient", far.gradient},
                       {"parameter", far.worstParameter},
                       {"statistics", far.statistics},
                       {"cosine", far.cosine}});
      if (!isClose(math, far))
        failures.push_back(what.text() + ", " + nameOf(math) + ": losses apart by " +
                           std::to_string(far.loss) + ", gradients by " + std::to_string(far.gradient) +
                           " (" + far.worstParameter + "), running statistics by " +
                           std::to_string(far.statistics));
    }
  }
  return {{"lines", lines}, {"failures", failures}};
}

}  // namespace bypath
