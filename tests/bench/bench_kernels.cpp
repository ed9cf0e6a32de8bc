// Speed of the CPU engine's kernels, one op at a time, with Google Benchmark (Debian: libbenchmark-dev).
// Every kernel that accepts a call stands beside the others that do; only the plain references are left out.
//
//   cmake --build build/dev --target bench_kernels
//   build/dev/tests/bench_kernels --benchmark_filter='conv2d/.*/16 at 32x32'     a regular expression
//   build/dev/tests/bench_kernels --threads 1 --isa AVX2 --benchmark_format=json
//
// Names are OP/KERNEL/SHAPE/threads:N. Of the passes of a convolution, conv2d is forward, conv2d_transposed
// the gradient of the data, conv2d_weights that of the weights. SHAPE is "[KERNEL] INPUTS [to OUTPUTS] at
// HEIGHTxWIDTH[, stride S], batch N" of the forward pass; channels; a kernel of 3x3 is not named.
//
// GFLOP/s    twice the multiply-adds of direct convolution by wall time, also for kernels that need fewer
// % of peak  of the float32 multiply-adds that all threads together do in registers, measured at the start;
//            kernels with fewer or shorter products may pass 100
// GB/s       inputs and outputs, each moved once, of ops without products of weights
//
// To compare on a busy machine, take turns and read the medians:
//   --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
//   --benchmark_report_aggregates_only=true
// The warning that the library was built as DEBUG is about Debian's package, not about the kernels.
#include "core/engines/cpu/highway_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "tests/bench/bench_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace bypath {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Multiply-adds in registers and nothing else; returns how many. Enough independent chains to hide the
// latency of two units, few enough for sixteen registers. The sum keeps the compiler from dropping them.
double multiplyAdds(int64_t rounds, float& sum) {
  constexpr int chains = 12;
  const hn::ScalableTag<float> d;
  const auto factor = hn::Set(d, 0.999f), addend = hn::Set(d, 0.001f);
  hn::Vec<decltype(d)> chain[chains];
  _Pragma("GCC unroll 12") for (int i = 0; i < chains; ++i) chain[i] = hn::Set(d, static_cast<float>(i));
  for (int64_t round = 0; round < rounds; ++round)
    _Pragma("GCC unroll 12") for (int i = 0; i < chains; ++i) chain[i] = hn::MulAdd(chain[i], factor, addend);
  auto total = hn::Zero(d);
  _Pragma("GCC unroll 12") for (int i = 0; i < chains; ++i) total = hn::Add(total, chain[i]);
  sum = hn::GetLane(hn::SumOfLanes(d, total));
  return static_cast<double>(rounds) * chains * static_cast<double>(hn::Lanes(d));
}

}  // namespace HWY_NAMESPACE
}  // namespace bypath
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <benchmark/benchmark.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/random.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/ops/catalog.h"
#include "core/ops/window.h"

namespace bypath {
namespace {

HWY_EXPORT(multiplyAdds);

double secondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Float32 multiply-adds a second of all threads together, the fastest of several tries, in a tenth of a
// second. Many chunks for each thread, so that one that wakes late does not count as slow.
double multiplyAddPeak(Parallel& parallel) {
  std::vector<double> done(static_cast<size_t>(16 * parallel.threads()));
  double best = 0;
  for (int tries = 0; tries < 20; ++tries) {
    const auto start = std::chrono::steady_clock::now();
    parallel.forEach(static_cast<int64_t>(done.size()), [&](int64_t chunk) {
      float sum = 0;
      done[static_cast<size_t>(chunk)] = HWY_DYNAMIC_DISPATCH(multiplyAdds)(50000, sum);
      benchmark::DoNotOptimize(sum);
    });
    best = std::max(best, std::accumulate(done.begin(), done.end(), 0.0) / secondsSince(start));
  }
  return best;
}

struct Machine {
  Parallel parallel;
  double peak;  // multiply-adds a second

  explicit Machine(int threads) : parallel(threads), peak(multiplyAddPeak(parallel)) {}
};

struct Case {
  std::string name;
  const OpType* type;
  OpCall call;

  Case(std::string name_, const OpType& type_, OpAttributes attributes, std::vector<Shape> inputs)
      : name(std::move(name_)), type(&type_), call{std::move(attributes), std::move(inputs)} {
    call.outputs = *type->shapes(call);
  }
};

// The same numbers on every run, between -0.5 and 0.5.
void fill(Buffer<float>& values, uint32_t stream) {
  constexpr size_t period = 4099;
  const RandomKey key{.seed = 1, .stream = stream};
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = i < period ? uniform(key, static_cast<uint32_t>(i)) - 0.5f : values[i - period];
}

void runKernel(benchmark::State& state, const Case& c, const Kernel& kernel, Machine& machine) {
  std::vector<Buffer<float>> memory;
  std::vector<TensorView<const float>> inputs;
  std::vector<TensorView<float>> outputs;
  for (const Shape& shape : c.call.inputs) {
    memory.emplace_back(static_cast<size_t>(shape.count()));
    fill(memory.back(), static_cast<uint32_t>(memory.size()));
    inputs.push_back({memory.back().data(), shape});
  }
  for (const Shape& shape : c.call.outputs) {
    memory.emplace_back(static_cast<size_t>(shape.count()));
    outputs.push_back({memory.back().data(), shape});
  }
  Buffer<std::byte> workspace(kernel.workspaceBytes(c.call, machine.parallel.threads()));
  const KernelRun run{.attributes = c.call.attributes,
                      .inputs = inputs,
                      .outputs = outputs,
                      .workspace = workspace.data(),
                      .key = {},
                      .parallel = machine.parallel};
  kernel.run(run);  // the first is slower: threads wake, caches fill

  const auto start = std::chrono::steady_clock::now();
  for ([[maybe_unused]] auto _ : state) kernel.run(run);
  // Not counters of the kind kIsRate: the console would write "GFLOP/s=40/s".
  const double seconds = secondsSince(start) / static_cast<double>(state.iterations());
  const OpCost cost = costOf(*c.type, c.call);
  if (cost.multiplyAdds > 0) {
    state.counters["GFLOP/s"] = 2e-9 * cost.multiplyAdds / seconds;
    state.counters["% of peak"] = 100 * cost.multiplyAdds / seconds / machine.peak;
  } else {
    state.counters["GB/s"] = 1e-9 * cost.bytes / seconds;
  }
}

void registerCase(const Case& c, Machine& machine) {
  for (const Kernel* kernel : cpuKernels()) {
    if (kernel->op() != c.type->id || kernel->id() == "reference" || !kernel->accepts(c.call).empty())
      continue;
    const std::string name = c.type->id + "/" + std::string(kernel->id()) + "/" + c.name +
                             "/threads:" + std::to_string(machine.parallel.threads());
    benchmark::RegisterBenchmark(
        name.c_str(),
        [c, kernel, &machine](benchmark::State& state) { runKernel(state, c, *kernel, machine); })
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
}

struct Layer {
  int64_t batch, size, channels, outputs, kernel, stride;
};

std::string nameOf(const Layer& layer) {
  const auto text = [](int64_t number) { return std::to_string(number); };
  const auto square = [&](int64_t side) { return text(side) + "x" + text(side); };
  std::string name = layer.kernel == 3 ? "" : square(layer.kernel) + " ";
  name += text(layer.channels);
  if (layer.outputs != layer.channels) name += " to " + text(layer.outputs);
  name += " at " + square(layer.size);
  if (layer.stride != 1) name += ", stride " + text(layer.stride);
  return name + ", batch " + text(layer.batch);
}

std::vector<Case> passesOf(const Layer& layer) {
  const int64_t pad = layer.kernel / 2;
  const Window window{.kernelH = layer.kernel,
                      .kernelW = layer.kernel,
                      .strideH = layer.stride,
                      .strideW = layer.stride,
                      .padTop = pad,
                      .padLeft = pad,
                      .padBottom = pad,
                      .padRight = pad};
  const Shape x{layer.batch, layer.size, layer.size, layer.channels};
  const Shape w{layer.kernel, layer.kernel, layer.channels, layer.outputs};
  const int64_t out = window.outputHeight(layer.size);
  const Shape y{layer.batch, out, out, layer.outputs};
  OpAttributes back = window.attributes();
  back.set("height", static_cast<double>(layer.size));
  back.set("width", static_cast<double>(layer.size));
  const std::string name = nameOf(layer);
  return {{name, conv2dOp(), window.attributes(), {x, w}},
          {name, conv2dTransposedOp(), back, {y, w}},
          {name, conv2dWeightsOp(), window.attributesWithKernel(), {x, y}}};
}

constexpr Layer layers[] = {
    // ResNet-20 on CIFAR-10
    {128, 32, 3, 16, 3, 1},
    {128, 32, 16, 16, 3, 1},
    {128, 32, 16, 32, 3, 2},
    {128, 16, 32, 32, 3, 1},
    {128, 16, 32, 64, 3, 2},
    {128, 8, 64, 64, 3, 1},
    {128, 32, 16, 32, 1, 2},
    // wider networks
    {32, 32, 64, 64, 3, 1},
    {32, 16, 128, 128, 3, 1},
    {32, 8, 256, 256, 3, 1},
    {32, 4, 512, 512, 3, 1},
    {4, 56, 64, 64, 3, 1},
    {4, 112, 3, 64, 7, 2},
    // bottlenecks and the ResNet VAE
    {32, 16, 64, 256, 1, 1},
    {32, 16, 256, 64, 1, 1},
    {128, 32, 16, 64, 1, 1},
    {128, 32, 64, 16, 1, 1},
    {25, 8, 1024, 256, 1, 1},
    {8, 32, 512, 2048, 1, 1},
    {8, 32, 2048, 3, 1, 1},
    {8, 16, 1024, 512, 1, 2},
    // one image
    {1, 32, 16, 16, 3, 1},
    {1, 8, 64, 64, 3, 1}};

std::vector<Case> otherCases() {
  const Shape image{128, 32, 32, 16}, small{128, 8, 8, 64}, narrow{128, 32, 32, 3}, channels{16};
  const std::string images = image.text(), smalls = small.text();
  const OpAttributes norm{{"epsilon", 1e-5}, {"relu", 1}}, relu{{"relu", 1}};
  const OpAttributes halving{{"kernel_h", 2}, {"kernel_w", 2}, {"stride_h", 2}, {"stride_w", 2}};
  return {
      {images + " relu", batchNormOp(), norm, {image, channels, channels}},
      {images + " relu", batchNormBackwardOp(), relu, {image, channels, channels, channels, image, channels}},
      {smalls + " relu", batchNormOp(), norm, {small, {64}, {64}}},
      {narrow.text() + " relu", batchNormOp(), norm, {narrow, {3}, {3}}},
      {images + " relu", addOp(), relu, {image, image}},
      {images, reluBackwardOp(), {}, {image, image}},
      {images, sigmoidOp(), {}, {image}},
      {images, biasAddOp(), {}, {image, channels}},
      {images, sumToChannelsOp(), {}, {image}},
      {images + " by 2x2", maxPoolOp(), halving, {image}},
      {smalls, globalAveragePoolOp(), {}, {small}},
      {images, dropoutOp(), {{"rate", 0.5}, {"stream", 1}}, {image}},
      {"128x10", softmaxCrossEntropyOp(), {}, {{128, 10}, {128}}},
      {"128x64x10", matmulOp(), {}, {{128, 64}, {64, 10}}},
      {"25x16384x256", matmulOp(), {}, {{25, 16384}, {16384, 256}}},
      {"25x16384x256 transposed", matmulOp(), {{"transpose_a", 1}}, {{25, 16384}, {25, 256}}},
      {"512x512x512", matmulOp(), {}, {{512, 512}, {512, 512}}}};
}

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (const size_t colon = line.find(": "); colon != std::string::npos && line.starts_with("model name"))
      return line.substr(colon + 2);
  return "unknown";
}

void printHelp() {
  std::cout << "bench_kernels: speed of the CPU engine's kernels, one op at a time\n"
               "          [--threads N]     0, the default: all the machine has\n"
               "          [--isa NAME]      one instruction set of:";
  for (const std::string& name : cpuInstructionSets()) std::cout << " " << name;
  std::cout << "\n\n" << std::flush;
  benchmark::PrintDefaultHelp();
}

// Takes "--name value" or "--name=value" at `i` out of the arguments; nothing there: another argument.
std::optional<std::string> takeOption(std::vector<char*>& arguments, size_t i, std::string_view name) {
  const std::string_view argument = arguments[i];
  if (!argument.starts_with(name)) return std::nullopt;
  const auto at = arguments.begin() + static_cast<std::ptrdiff_t>(i);
  if (argument.size() > name.size()) {
    if (argument[name.size()] != '=') return std::nullopt;
    std::string value(argument.substr(name.size() + 1));
    arguments.erase(at);
    return value;
  }
  std::string value = i + 1 < arguments.size() ? arguments[i + 1] : "";
  arguments.erase(at, i + 1 < arguments.size() ? at + 2 : at + 1);
  return value;
}

int runBenchmarks(std::vector<char*> arguments) {
  int threads = 0;
  for (size_t i = 1; i < arguments.size();) {
    if (const auto count = takeOption(arguments, i, "--threads")) {
      const char* end = count->data() + count->size();
      const auto [stop, error] = std::from_chars(count->data(), end, threads);
      if (error != std::errc() || stop != end || threads < 0 || threads > 1024) {
        std::cerr << "--threads takes a number from 0 to 1024, not '" << *count << "'.\n";
        return 2;
      }
    } else if (const auto name = takeOption(arguments, i, "--isa")) {
      if (name->empty() || !restrictCpuInstructionSet(*name)) {
        std::cerr << "This processor does not offer the instruction set '" << *name << "'.\n";
        return 2;
      }
    } else {
      ++i;
    }
  }
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data(), printHelp);
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;

  Machine machine(threads);
  benchmark::AddCustomContext("processor", processorName());
  benchmark::AddCustomContext("instruction set", cpuInstructionSets().front());
  benchmark::AddCustomContext("threads", std::to_string(machine.parallel.threads()));
  char peak[32];
  std::snprintf(peak, sizeof peak, "%.1f", 2e-9 * machine.peak);
  benchmark::AddCustomContext("peak GFLOP/s", peak);

  for (const Layer& layer : layers)
    for (const Case& c : passesOf(layer)) registerCase(c, machine);
  for (const Case& c : otherCases()) registerCase(c, machine);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace
}  // namespace bypath

int main(int argc, char** argv) {
  return bypath::runBenchmarks({argv, argv + argc});
}
#endif
