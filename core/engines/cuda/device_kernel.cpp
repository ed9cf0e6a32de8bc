#include "core/engines/cuda/device_kernel.h"

#include <deque>

namespace bypath {

// Copies everything to the device and the outputs back. What is the same memory here is the same memory
// there.
void DeviceKernel::run(const KernelRun& run) const {
  const DeviceQueue queue(device_);
  std::deque<DeviceMemory> memory;
  const auto take = [&](uint64_t bytes) {
    Result<DeviceMemory> taken = DeviceMemory::take(device_, bytes);
    if (!taken) throw std::runtime_error(taken.error().message);
    memory.push_back(std::move(*taken));
    return memory.back().data();
  };
  std::vector<std::pair<const float*, std::byte*>> known;
  const auto place = [&](const float* data, const Shape& shape) -> std::byte* {
    if (!data) return nullptr;
    for (const auto& [host, there] : known)
      if (host == data) return there;
    const uint64_t bytes = static_cast<uint64_t>(shape.count()) * sizeof(float);
    std::byte* there = take(bytes);
    queue.upload(there, data, bytes);
    known.emplace_back(data, there);
    return there;
  };
  std::vector<DeviceTensor> inputs, outputs;
  OpCall call{.attributes = run.attributes};
  for (const auto& input : run.inputs) {
    inputs.push_back({{place(input.data, input.shape)}, input.shape});
    call.inputs.push_back(input.shape);
  }
  for (const auto& output : run.outputs) {
    outputs.push_back({{place(output.data, output.shape)}, output.shape});
    call.outputs.push_back(output.shape);
  }
  const DeviceStepKey key{.seed = run.key.seed, .step = run.key.step, .firstSample = run.key.firstSample};
  std::byte* deviceKey = take(sizeof key);
  queue.upload(deviceKey, &key, sizeof key);
  launch({.attributes = run.attributes,
          .inputs = inputs,
          .outputs = outputs,
          .workspace = take(workspaceBytes(call, 1)),
          .key = reinterpret_cast<const DeviceStepKey*>(deviceKey),
          .queue = queue});
  for (size_t o = 0; o < outputs.size(); ++o)
    if (outputs[o].there())
      queue.download(run.outputs[o].data, outputs[o].array.data,
                     static_cast<uint64_t>(outputs[o].count()) * sizeof(float));
  queue.wait();
}

}  // namespace bypath
