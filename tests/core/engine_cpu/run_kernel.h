// Runs one kernel of the CPU engine on given values, with guard values behind every output.
#pragma once

#include <algorithm>
#include <QtTest/QtTest>
#include <random>
#include <string>
#include <vector>

#include "core/engines/cpu/cpu_engine.h"
#include "core/ops/catalog.h"

namespace bypath {

using Values = std::vector<float>;

inline Values randomValues(const Shape& shape, std::mt19937& generator, float low = -1, float high = 1) {
  std::uniform_real_distribution<float> draw(low, high);
  Values values(static_cast<size_t>(shape.count()));
  for (float& value : values) value = draw(generator);
  return values;
}

inline const Kernel* findKernel(std::string_view op, std::string_view id) {
  for (const Kernel* kernel : cpuKernels())
    if (kernel->op() == op && kernel->id() == id) return kernel;
  return nullptr;
}

struct KernelCase {
  std::string_view op, kernel;
  OpAttributes attributes;
  std::vector<Shape> shapes;
  std::vector<Values> inputs;

  OpCall call() const {
    OpCall result{.attributes = attributes, .inputs = shapes, .outputs = {}};
    result.outputs = *findOp(op)->shapes(result);
    return result;
  }
};

// The outputs; empty when the kernel wrote behind one of them.
inline std::vector<Values> runKernel(const KernelCase& c, int threads, const StepKey& key = {}) {
  constexpr size_t guards = 64;
  constexpr float guard = -12345.5f;
  const OpCall call = c.call();
  const Kernel* kernel = findKernel(c.op, c.kernel);
  Parallel parallel(threads);
  std::vector<TensorView<const float>> inputs;
  for (size_t i = 0; i < c.inputs.size(); ++i) inputs.push_back({c.inputs[i].data(), c.shapes[i]});
  std::vector<Values> results;
  for (const Shape& shape : call.outputs)
    results.emplace_back(static_cast<size_t>(shape.count()) + guards, guard);
  std::vector<TensorView<float>> outputs;
  for (size_t i = 0; i < results.size(); ++i) outputs.push_back({results[i].data(), call.outputs[i]});
  const size_t bytes = kernel->workspaceBytes(call, threads);
  Buffer<float> workspace(bytes / sizeof(float) + guards);
  std::fill(workspace.data(), workspace.data() + workspace.size(), guard);
  kernel->run({.attributes = c.attributes,
               .inputs = inputs,
               .outputs = outputs,
               .workspace = reinterpret_cast<std::byte*>(workspace.data()),
               .key = key,
               .parallel = parallel});
  for (size_t i = bytes / sizeof(float) + 1; i < workspace.size(); ++i)
    if (workspace[i] != guard) return {};
  for (Values& result : results) {
    for (size_t i = result.size() - guards; i < result.size(); ++i)
      if (result[i] != guard) return {};
    result.resize(result.size() - guards);
  }
  return results;
}

// Largest difference over the largest expected value.
inline double relativeDifference(const Values& actual, const std::vector<double>& expected) {
  double largest = 1e-30, difference = actual.size() == expected.size() ? 0 : 1e30;
  for (size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
    largest = std::max(largest, std::abs(expected[i]));
    const double apart = std::abs(static_cast<double>(actual[i]) - expected[i]);
    difference = std::max(difference, apart == apart ? apart : 1e30);
  }
  return difference / largest;
}

}  // namespace bypath
