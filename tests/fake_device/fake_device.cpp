// A stand-in for a GPU: a plug-in like the real one, over plain memory. Memory of the "device" is poisoned
// when taken, work on the copies stream is done at once, and a call can be told to fail.
#include "tests/fake_device/fake_device.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/engines/cuda/device.h"
#include "tests/fake_device/host_convolution.h"
#include "tests/fake_device/host_launch.h"

namespace bypath {

struct DeviceGraph {
  std::vector<std::function<void()>> calls;
};

namespace {

FakeDeviceControl control;

class FakeDevice final : public Device {
 public:
  DeviceFacts facts() const override {
    DeviceFacts facts{.major = 8,
                      .minor = 0,
                      .multiprocessors = 4,
                      .memoryBytes = control.memory,
                      .tf32 = true,
                      .bf16 = true};
    std::snprintf(facts.name, sizeof facts.name, "Stand-in for a GPU");
    std::snprintf(facts.libraries, sizeof facts.libraries, "plain memory");
    return facts;
  }
  DeviceCode load(DeviceLoad* out) override {
    *out = {.freeBytes = control.memory - control.taken, .percent = 42};
    return step();
  }
  const char* errorText() const override { return text_.c_str(); }

  DeviceCode allocate(void** memory, uint64_t bytes) override {
    if (const DeviceCode code = step(); code != DeviceCode::ok) return code;
    if (bytes > control.memory - control.taken) {
      text_ = "out of memory";
      return DeviceCode::outOfMemory;
    }
    *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    std::memset(*memory, 0xff, bytes);  // NaN
    sizes_[*memory] = bytes;
    control.taken += bytes;
    return DeviceCode::ok;
  }
  void release(void* memory) override {
    const auto found = sizes_.find(memory);
    if (found == sizes_.end()) std::abort();
    control.taken -= found->second;
    sizes_.erase(found);
    std::free(memory);
  }
  DeviceCode allocatePinned(void** memory, uint64_t bytes) override {
    *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
    pinned_[static_cast<const std::byte*>(*memory)] = bytes;
    return step();
  }
  void releasePinned(void* memory) override {
    pinned_.erase(static_cast<const std::byte*>(memory));
    std::free(memory);
  }

  DeviceCode upload(void* to, const void* from, uint64_t bytes, DeviceStream stream) override {
    return mayRecord(from, bytes) ? copies(to, from, bytes, stream) : notWhileRecording();
  }
  DeviceCode download(void* to, const void* from, uint64_t bytes, DeviceStream stream) override {
    return mayRecord(to, bytes) ? copies(to, from, bytes, stream) : notWhileRecording();
  }
  DeviceCode copy(void* to, const void* from, uint64_t bytes) override {
    return copies(to, from, bytes, DeviceStream::compute);
  }
  DeviceCode zero(void* to, uint64_t bytes) override {
    return queue([=] { std::memset(to, 0, bytes); });
  }
  DeviceCode launch(const KernelLaunch& launch) override {
    const auto* bytes = static_cast<const std::byte*>(launch.arguments);
    return queue([launch, arguments = std::vector<std::byte>(bytes, bytes + launch.argumentBytes)] {
      hostLaunchers[static_cast<size_t>(launch.number)](
          {arguments.data(), launch.segments, launch.rows, launch.columns});
    });
  }
  DeviceCode convolve(const ConvolutionCall& call) override {
    if (control.refuses && control.refuses(call)) return fail(DeviceCode::unsupported, "no such way");
    // Writes over its workspace, as a library may.
    if (needs(call) > call.workspaceBytes) return fail(DeviceCode::unsupported, "too little workspace");
    return queue([call] {
      std::memset(call.workspace, 0xff, needs(call));
      convolveOnHost(call);
    });
  }
  DeviceCode multiply(const MatmulCall& call) override {
    return queue([call] { multiplyOnHost(call); });
  }

  DeviceCode convolutionAlgorithms(const ConvolutionCall& call, ConvolutionAlgorithm* out, int32_t most,
                                   int32_t* found) override {
    if (control.refuses && control.refuses(call)) return fail(DeviceCode::unsupported, "no such way");
    const ConvolutionAlgorithm offered[] = {{.number = 0, .workspaceBytes = needs(call)},
                                            {.number = 1, .workspaceBytes = needs(call) / 2},
                                            {.number = 2, .workspaceBytes = 0, .deterministic = false}};
    *found = std::min<int32_t>(most, 3);
    std::copy_n(offered, *found, out);
    return step();
  }
  DeviceCode timeConvolution(const ConvolutionCall& call, double* seconds) override {
    if (recording_) return notWhileRecording();
    ++control.timed;
    *seconds = call.algorithm == 1 ? 1e-6 : 2e-6;
    const auto* text = std::getenv("BYPATH_FAKE_FASTEST");
    if (text && call.algorithm == std::atoi(text)) *seconds = 1e-7;
    ConvolutionCall once = call;
    once.addToResult = false;
    return convolve(once);
  }

  DeviceCode beginRecording() override {
    recording_ = new DeviceGraph;
    return step();
  }
  DeviceCode endRecording(DeviceGraph** graph) override {
    *graph = std::exchange(recording_, nullptr);
    return step();
  }
  DeviceCode replay(DeviceGraph* graph) override {
    if (recording_) return notWhileRecording();
    if (const DeviceCode code = step(); code != DeviceCode::ok) return code;
    for (const auto& call : graph->calls) call();
    ++control.replays;
    return DeviceCode::ok;
  }
  void destroy(DeviceGraph* graph) override { delete graph; }

  DeviceCode order(DeviceStream, DeviceStream) override { return recording_ ? notWhileRecording() : step(); }
  DeviceCode wait(DeviceStream) override { return recording_ ? notWhileRecording() : step(); }
  void close() override { delete this; }

 private:
  // What CUDA refuses while a stream is recorded.
  DeviceCode notWhileRecording() { return fail(DeviceCode::unsupported, "not while a step is recorded"); }
  bool mayRecord(const void* host, uint64_t bytes) const {
    if (!recording_) return true;
    const auto* first = static_cast<const std::byte*>(host);
    auto block = pinned_.upper_bound(first);
    if (block == pinned_.begin()) return false;
    --block;
    return first + bytes <= block->first + block->second;
  }
  static uint64_t needs(const ConvolutionCall& call) {
    return call.algorithm <= 0 ? 4096 : call.algorithm == 1 ? 2048 : 0;
  }
  DeviceCode fail(DeviceCode code, const char* text) {
    text_ = text;
    return code;
  }
  DeviceCode step() {
    const int64_t number = control.calls++;
    if (control.failAt < 0 || number < control.failAt) return DeviceCode::ok;
    text_ = "an illegal memory access was encountered (call " + std::to_string(number) + ")";
    return DeviceCode::lost;
  }
  DeviceCode queue(std::function<void()> call) {
    if (const DeviceCode code = step(); code != DeviceCode::ok) return code;
    if (recording_)
      recording_->calls.push_back(std::move(call));
    else
      call();
    return DeviceCode::ok;
  }
  DeviceCode copies(void* to, const void* from, uint64_t bytes, DeviceStream stream) {
    if (stream == DeviceStream::compute) return queue([=] { std::memcpy(to, from, bytes); });
    if (const DeviceCode code = step(); code != DeviceCode::ok) return code;
    std::memcpy(to, from, bytes);
    return DeviceCode::ok;
  }

  std::map<void*, uint64_t> sizes_;
  std::map<const std::byte*, uint64_t> pinned_;
  DeviceGraph* recording_ = nullptr;
  std::string text_;
};

}  // namespace
}  // namespace bypath

extern "C" {
int32_t bypathDeviceVersion() {
  return bypath::deviceInterfaceVersion;
}
bypath::FakeDeviceControl* bypathFakeDeviceControl() {
  return &bypath::control;
}
bypath::Device* bypathOpenDevice(int32_t number, char* text, uint64_t textBytes) {
  if (const char* refuse = std::getenv("BYPATH_FAKE_REFUSE")) {
    std::snprintf(text, textBytes, "%s", refuse);
    return nullptr;
  }
  if (number != 0) {
    std::snprintf(text, textBytes, "There is no GPU of number %d here.", number);
    return nullptr;
  }
  if (const char* at = std::getenv("BYPATH_FAKE_FAIL")) bypath::control.failAt = std::atoll(at);
  if (const char* memory = std::getenv("BYPATH_FAKE_MEMORY"))
    bypath::control.memory = static_cast<uint64_t>(std::atoll(memory));
  return new bypath::FakeDevice;
}
}
