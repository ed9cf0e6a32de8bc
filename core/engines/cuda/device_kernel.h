// One way to run one op on a device. run() takes host memory, as on any engine, so that the conformance suite
// checks these kernels like all others; a session calls launch() with what lies on the device.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "core/engines/cuda/device_memory.h"
#include "core/engines/cuda/device_queue.h"
#include "core/engines/kernel.h"

namespace bypath {

using DeviceStepKey = gpu::StepKey;

struct DeviceTensor {
  gpu::Array array;  // data null: an output that is not wanted
  Shape shape;
  // Of a convolution's weights: the same numbers as (K,KH,KW,C), in the type the library multiplies; of their
  // gradient: it is written here instead. Data null: there is none.
  gpu::Array filter{};
  int64_t count() const { return shape.count(); }
  bool there() const { return array.there(); }
};

// One run of an op on the device. Aliasing and states are as in KernelRun.
struct DeviceRun {
  const OpAttributes& attributes;
  std::span<const DeviceTensor> inputs;
  std::span<const DeviceTensor> outputs;
  std::byte* workspace;      // on the device, workspaceBytes() bytes, aligned to 64
  const DeviceStepKey* key;  // on the device
  const DeviceQueue& queue;
};

class DeviceKernel final : public Kernel {
 public:
  using Launch = std::function<void(const DeviceRun&)>;
  using Accepts = std::function<Refusal(const OpCall&)>;
  using Workspace = std::function<size_t(const OpCall&)>;
  using Tune = std::function<void(const DeviceRun&)>;

  DeviceKernel(Device& device, const char* opId, const char* kernelId, Launch launches,
               Workspace workspace = {}, Accepts acceptsCall = {}, Tune tunes = {})
      : device_(device),
        op_(opId),
        id_(kernelId),
        launch_(std::move(launches)),
        workspace_(std::move(workspace)),
        accepts_(std::move(acceptsCall)),
        tune_(std::move(tunes)) {}

  std::string_view id() const override { return id_; }
  std::string_view op() const override { return op_; }
  Refusal accepts(const OpCall& call) const override { return accepts_ ? accepts_(call) : Refusal(); }
  size_t workspaceBytes(const OpCall& call, int) const override { return workspace_ ? workspace_(call) : 0; }
  void run(const KernelRun& run) const override;
  void launch(const DeviceRun& run) const { launch_(run); }
  // Finds the fastest way to do what launch() will do with these arguments. What lies in the memory does not
  // matter; outputs and workspace are written over. Not while a recording goes on.
  void tune(const DeviceRun& run) const {
    if (tune_) tune_(run);
  }

 private:
  Device& device_;
  const char* op_;
  const char* id_;
  Launch launch_;
  Workspace workspace_;
  Accepts accepts_;
  Tune tune_;
};

class ConvolutionChoices;

// The kernels of an engine, best first for each op. A topic adds its own to the list.
class DeviceKernels {
 public:
  // choices: outlives the kernels; null: convolutions run in the library's first way. fast: ways whose bits
  // differ from run to run are allowed.
  DeviceKernels(Device& device, DeviceMath math, ConvolutionChoices* choices = nullptr, bool fast = false)
      : device_(device), math_(math), choices_(choices), fast_(fast) {}
  void add(const char* op, const char* id, DeviceKernel::Launch launch,
           DeviceKernel::Workspace workspace = {}, DeviceKernel::Accepts accepts = {},
           DeviceKernel::Tune tune = {}) {
    list_.push_back(std::make_unique<DeviceKernel>(device_, op, id, std::move(launch), std::move(workspace),
                                                   std::move(accepts), std::move(tune)));
  }
  Device& device() const { return device_; }
  DeviceMath math() const { return math_; }  // of convolutions and matrix products
  ConvolutionChoices* choices() const { return choices_; }
  bool fast() const { return fast_; }
  const std::vector<std::unique_ptr<DeviceKernel>>& list() const { return list_; }

 private:
  Device& device_;
  DeviceMath math_;
  ConvolutionChoices* choices_;
  bool fast_;
  std::vector<std::unique_ptr<DeviceKernel>> list_;
};

// By topic, a file each.
void addElementWiseKernels(DeviceKernels& kernels);
void addJoiningKernels(DeviceKernels& kernels);
void addPoolingKernels(DeviceKernels& kernels);
void addRandomKernels(DeviceKernels& kernels);
void addBatchNormKernels(DeviceKernels& kernels);
void addChannelSumsKernels(DeviceKernels& kernels);
void addLossesKernels(DeviceKernels& kernels);
void addProbesKernels(DeviceKernels& kernels);
void addConvolutionKernels(DeviceKernels& kernels);
void addDirectConvolutionKernels(DeviceKernels& kernels);  // after those
void addMatmulKernels(DeviceKernels& kernels);

}  // namespace bypath
