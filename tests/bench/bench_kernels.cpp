// Speed of the CPU engine's kernels, one op at a time: GFLOP/s of convolutions by shape and pass, GB/s of ops
// that only move memory. The minimum over repetitions, so that a busy machine shows little.
//
//   bench_kernels [THREADS ...] [--only TEXT] [--isa NAME] [--processor-time]
//
// With --processor-time the time is what the process was given divided by the threads, which on a busy
// machine comes closer to what an idle one would do.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

#include "core/base/random.h"
#include "core/engines/cpu/cpu_engine.h"
#include "core/ops/catalog.h"
#include "core/ops/window.h"

using namespace bypath;

namespace {

struct Case {
  std::string name;
  const OpType* type;
  OpAttributes attributes;
  std::vector<Shape> inputs;
};

const Kernel* bestKernel(const OpType& type, const OpCall& call) {
  for (const Kernel* kernel : cpuKernels())
    if (kernel->op() == type.id && kernel->accepts(call).empty()) return kernel;
  return nullptr;
}

// Seconds of one run, the fastest of many within a time budget.
double fastest(const KernelRun& run, const Kernel& kernel, bool processorTime) {
  const auto now = [&] {
    if (processorTime) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC / run.parallel.threads();
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
  };
  double best = 1e9;
  const double begin = now();
  for (int i = 0; i < 3 || (i < 200 && now() - begin < 0.4); ++i) {
    const double start = now();
    kernel.run(run);
    best = std::min(best, now() - start);
  }
  return best;
}

struct Measured {
  std::string kernel;
  double seconds;
};

Measured measure(const Case& c, Parallel& parallel, bool processorTime) {
  OpCall call{.attributes = c.attributes, .inputs = c.inputs, .outputs = {}};
  call.outputs = *c.type->shapes(call);
  const Kernel* kernel = bestKernel(*c.type, call);
  std::vector<Buffer<float>> memory;
  std::vector<TensorView<const float>> inputs;
  std::vector<TensorView<float>> outputs;
  for (const Shape& shape : call.inputs) {
    memory.emplace_back(static_cast<size_t>(shape.count()));
    const RandomKey key{.seed = 1, .stream = static_cast<uint32_t>(memory.size())};
    for (size_t i = 0; i < memory.back().size(); ++i)
      memory.back()[i] = uniform(key, static_cast<uint32_t>(i % 4099)) - 0.5f;
    inputs.push_back({memory.back().data(), shape});
  }
  for (const Shape& shape : call.outputs) {
    memory.emplace_back(static_cast<size_t>(shape.count()));
    outputs.push_back({memory.back().data(), shape});
  }
  memory.emplace_back(kernel->workspaceBytes(call, parallel.threads()) / sizeof(float) + 1);
  const KernelRun run{.attributes = c.attributes,
                      .inputs = inputs,
                      .outputs = outputs,
                      .workspace = reinterpret_cast<std::byte*>(memory.back().data()),
                      .key = {},
                      .parallel = parallel};
  return {std::string(kernel->id()), fastest(run, *kernel, processorTime)};
}

struct Layer {
  int64_t batch, size, channels, outputs, kernel, stride;
};

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
  const std::string name = std::to_string(layer.kernel) + "x" + std::to_string(layer.kernel) + "/" +
                           std::to_string(layer.stride) + " " + std::to_string(layer.channels) + "->" +
                           std::to_string(layer.outputs) + " @" + std::to_string(layer.size) + " n" +
                           std::to_string(layer.batch);
  return {{name + " forward", &conv2dOp(), window.attributes(), {x, w}},
          {name + " data", &conv2dTransposedOp(), back, {y, w}},
          {name + " weights", &conv2dWeightsOp(), window.attributesWithKernel(), {x, y}}};
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

std::vector<Case> memoryCases() {
  const Shape image{128, 32, 32, 16}, small{128, 8, 8, 64}, channels{16};
  const OpAttributes norm{{"epsilon", 1e-5}, {"relu", 1}};
  const OpAttributes halving{{"kernel_h", 2}, {"kernel_w", 2}, {"stride_h", 2}, {"stride_w", 2}};
  return {{"batch_norm relu", &batchNormOp(), norm, {image, channels, channels}},
          {"batch_norm relu backward",
           &batchNormBackwardOp(),
           {{"relu", 1}},
           {image, channels, channels, channels, image, channels}},
          {"batch_norm 64", &batchNormOp(), norm, {small, {64}, {64}}},
          {"batch_norm 3", &batchNormOp(), norm, {{128, 32, 32, 3}, {3}, {3}}},
          {"add relu", &addOp(), {{"relu", 1}}, {image, image}},
          {"relu_backward", &reluBackwardOp(), {}, {image, image}},
          {"sigmoid", &sigmoidOp(), {}, {image}},
          {"bias_add", &biasAddOp(), {}, {image, channels}},
          {"sum_to_channels", &sumToChannelsOp(), {}, {image}},
          {"max_pool", &maxPoolOp(), halving, {image}},
          {"global_average_pool", &globalAveragePoolOp(), {}, {small}},
          {"dropout", &dropoutOp(), {{"rate", 0.5}, {"stream", 1}}, {image}},
          {"softmax_cross_entropy", &softmaxCrossEntropyOp(), {}, {{128, 10}, {128}}},
          {"matmul 128x64x10", &matmulOp(), {}, {{128, 64}, {64, 10}}},
          {"matmul 25x16384x256", &matmulOp(), {}, {{25, 16384}, {16384, 256}}},
          {"matmul^T 25x16384x256", &matmulOp(), {{"transpose_a", 1}}, {{25, 16384}, {25, 256}}},
          {"matmul 512x512x512", &matmulOp(), {}, {{512, 512}, {512, 512}}}};
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<int> threads;
  std::string only;
  bool processorTime = false;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
      only = argv[++i];
    } else if (std::strcmp(argv[i], "--isa") == 0 && i + 1 < argc) {
      if (!restrictCpuInstructionSet(argv[++i])) {
        std::fprintf(stderr, "This processor does not offer %s.\n", argv[i]);
        return 2;
      }
    } else if (std::strcmp(argv[i], "--processor-time") == 0) {
      processorTime = true;
    } else {
      threads.push_back(std::atoi(argv[i]));
    }
  }
  if (threads.empty()) threads = {1, 2};

  std::vector<Case> cases;
  for (const Layer& layer : layers)
    for (Case& c : passesOf(layer)) cases.push_back(std::move(c));
  for (Case& c : memoryCases()) cases.push_back(std::move(c));
  std::printf("%-34s %-10s", "op", "kernel");
  for (const int t : threads) std::printf("  %2d thr: ms  GFLOP/s   GB/s", t);
  std::printf("\n");
  for (const Case& c : cases) {
    if (c.name.find(only) == std::string::npos) continue;
    OpCall call{.attributes = c.attributes, .inputs = c.inputs, .outputs = {}};
    call.outputs = *c.type->shapes(call);
    const OpCost cost = costOf(*c.type, call);
    bool first = true;
    for (const int t : threads) {
      Parallel parallel(t);
      const Measured measured = measure(c, parallel, processorTime);
      if (first) std::printf("%-34s %-10s", c.name.c_str(), measured.kernel.c_str());
      first = false;
      std::printf("  %10.3f %8.1f %6.1f", measured.seconds * 1e3, 2e-9 * cost.multiplyAdds / measured.seconds,
                  1e-9 * cost.bytes / measured.seconds);
    }
    std::printf("\n");
    std::fflush(stdout);
  }
  return 0;
}
