// One run of a kernel of the CUDA engine on the stand-in for a GPU, with a say in what lies there how; and
// what the op's reference makes of the same numbers.
//
//   DeviceCase c(*gpu.device, *kernel, type, attributes);
//   c.addInput(shape, values, half);
//   QVERIFY2(c.run({.halfOutput = true}), "wrote behind its workspace");
#pragma once

#include <algorithm>
#include <cmath>
#include <deque>
#include <random>

#include "core/engines/cuda/cuda_engine.h"
#include "core/ops/catalog.h"
#include "tests/fake_device/opened.h"

namespace bypath {

using Values = std::vector<float>;

// Multiples of 1/64 in [-1, 1): bfloat16 holds them as they are.
inline Values randomValues(const Shape& shape, std::mt19937& generator) {
  Values values(static_cast<size_t>(shape.count()));
  for (float& value : values) value = static_cast<float>(static_cast<int>(generator() % 128) - 64) / 64;
  return values;
}

// (KH,KW,C,K) as (K,KH,KW,C).
inline Values asFilter(const Shape& shape, const Values& weights) {
  Values filter;
  const auto outputs = static_cast<size_t>(shape[3]);
  for (size_t k = 0; k < outputs; ++k)
    for (size_t i = k; i < weights.size(); i += outputs) filter.push_back(weights[i]);
  return filter;
}

// Largest difference over the largest expected value; a NaN is very far.
inline double relativeDifference(const Values& actual, const Values& expected) {
  double largest = 1e-30, difference = actual.size() == expected.size() ? 0 : 1e30;
  for (size_t i = 0; i < std::min(actual.size(), expected.size()); ++i) {
    const double right = static_cast<double>(expected[i]),
                 apart = std::abs(static_cast<double>(actual[i]) - right);
    largest = std::max(largest, std::abs(right));
    difference = std::max(difference, apart == apart ? apart : 1e30);
  }
  return difference / largest;
}

inline const DeviceKernel* findKernel(const DeviceKernels& kernels, std::string_view op,
                                      std::string_view id) {
  for (const auto& kernel : kernels.list())
    if (kernel->op() == op && kernel->id() == id) return kernel.get();
  return nullptr;
}

struct DeviceCaseRun {
  bool halfOutput = false;
  bool filterOutput = false, halfFilter = false;  // output 0 goes to a filter
  int inPlace = -1;                               // this input's memory is output 0's
  bool tune = false;                              // first
};

class DeviceCase {
 public:
  DeviceCase(Device& device, const DeviceKernel& kernel, const OpType& type, OpAttributes attributes)
      : queue_(device), kernel_(kernel), type_(type), call_{.attributes = std::move(attributes)} {}

  void addInput(const Shape& shape, const Values& values, bool half = false) {
    call_.inputs.push_back(shape);
    inputs_.push_back({place(values, half), shape});
    values_.push_back(values);
  }
  void setFilter(size_t input, const Values& filter, bool half) {
    inputs_[input].filter = place(filter, half);
  }
  // The kernel finds NaNs there; the reference does not.
  void spoilInput(size_t input) { inputs_[input].array = place(Values(values_[input].size(), NAN), false); }

  // False: it wrote behind its workspace.
  bool run(const DeviceCaseRun& how = {}) {
    call_.outputs = *type_.shapes(call_);
    outputs_.clear();
    for (const Shape& shape : call_.outputs) {
      const bool first = outputs_.empty(), half = first && how.halfOutput;
      outputs_.push_back({place(Values(static_cast<size_t>(shape.count()), NAN), half), shape});
      if (first && how.inPlace >= 0) outputs_[0].array = inputs_[static_cast<size_t>(how.inPlace)].array;
      if (first && how.filterOutput)
        outputs_[0].filter = place(Values(static_cast<size_t>(shape.count()), NAN), how.halfFilter);
    }
    constexpr size_t guard = 512;
    const size_t bytes = kernel_.workspaceBytes(call_, 1);
    std::byte* workspace = take(bytes + guard);
    const std::vector<std::byte> mark(guard, std::byte{0x5a});
    queue_.upload(workspace + bytes, mark.data(), guard);
    const DeviceRun run{.attributes = call_.attributes,
                        .inputs = inputs_,
                        .outputs = outputs_,
                        .workspace = workspace,
                        .key = nullptr,
                        .queue = queue_};
    if (how.tune) kernel_.tune(run);
    kernel_.launch(run);
    std::vector<std::byte> after(guard);
    queue_.download(after.data(), workspace + bytes, guard);
    return after == mark;
  }

  const OpCall& call() const { return call_; }
  Values output(size_t o = 0) const { return read(outputs_[o].array, outputs_[o].count()); }
  Values outputFilter() const { return read(outputs_[0].filter, outputs_[0].count()); }
  std::vector<Values> expected() const {
    std::deque<std::vector<double>> memory;
    std::vector<ReferenceTensor> from, to;
    for (size_t i = 0; i < values_.size(); ++i)
      from.push_back({memory.emplace_back(values_[i].begin(), values_[i].end()), call_.inputs[i]});
    for (const Shape& shape : call_.outputs)
      to.push_back({memory.emplace_back(static_cast<size_t>(shape.count())), shape});
    type_.reference({.attributes = call_.attributes, .inputs = from, .outputs = to, .key = {}});
    std::vector<Values> results;
    for (const ReferenceTensor& tensor : to) results.emplace_back(tensor.data.begin(), tensor.data.end());
    return results;
  }

 private:
  std::byte* take(size_t bytes) {
    Result<DeviceMemory> memory = DeviceMemory::take(queue_.device(), bytes);
    if (!memory) qFatal("%s", memory.error().message.c_str());
    return memory_.emplace_back(std::move(*memory)).data();
  }
  gpu::Array place(const Values& values, bool half) {
    if (!half) {
      const gpu::Array array{take(values.size() * sizeof(float))};
      queue_.upload(array.data, values.data(), values.size() * sizeof(float));
      return array;
    }
    std::vector<uint16_t> rounded(values.size());
    std::ranges::transform(values, rounded.begin(), gpu::toBf16);
    const gpu::Array array{take(values.size() * sizeof(uint16_t)), 1};
    queue_.upload(array.data, rounded.data(), rounded.size() * sizeof(uint16_t));
    return array;
  }
  Values read(const gpu::Array& array, int64_t count) const {
    Values values(static_cast<size_t>(count));
    if (array.half) {
      std::vector<uint16_t> rounded(values.size());
      queue_.download(rounded.data(), array.data, rounded.size() * sizeof(uint16_t));
      std::ranges::transform(rounded, values.begin(), gpu::fromBf16);
    } else {
      queue_.download(values.data(), array.data, values.size() * sizeof(float));
    }
    return values;
  }

  DeviceQueue queue_;
  const DeviceKernel& kernel_;
  const OpType& type_;
  OpCall call_;
  std::vector<Values> values_;
  std::deque<DeviceMemory> memory_;
  std::vector<DeviceTensor> inputs_, outputs_;
};

}  // namespace bypath
