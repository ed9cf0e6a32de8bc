#include "core/engines/cuda/plugin/cuda_device.h"

#include <algorithm>
#include <exception>

namespace bypath {
namespace {

// Its destructor runs before those of the CUDA libraries, which this one needs.
struct ProcessEnd {
  std::atomic<bool> reached = false;
  ~ProcessEnd() { reached = true; }
} processEnd;

thread_local int32_t deviceOfThread = -1;

std::string versionText(int version, int major, int minor) {
  return std::to_string(version / major) + "." + std::to_string(version % major / minor);
}

DeviceFacts makeFacts(const cudaDeviceProp& properties) {
  DeviceFacts facts{.major = properties.major,
                    .minor = properties.minor,
                    .multiprocessors = properties.multiProcessorCount,
                    .memoryBytes = properties.totalGlobalMem,
                    .tf32 = properties.major >= 8,
                    .bf16 = properties.major >= 8};
  int runtime = 0, driver = 0;
  cudaRuntimeGetVersion(&runtime);
  cudaDriverGetVersion(&driver);
  std::string(properties.name).copy(facts.name, sizeof facts.name - 1);
  const std::string libraries = "CUDA " + versionText(runtime, 1000, 10) + ", cuDNN " +
                                versionText(static_cast<int>(cudnnGetVersion()), 10000, 100) + ", driver " +
                                versionText(driver, 1000, 10);
  libraries.copy(facts.libraries, sizeof facts.libraries - 1);
  return facts;
}

}  // namespace

CudaDevice::CudaDevice(int32_t number, const cudaDeviceProp& properties)
    : number_(number), facts_(makeFacts(properties)), meter_(number) {}

std::unique_ptr<CudaDevice> CudaDevice::open(int32_t number, std::string& why) {
  cudaDeviceProp properties{};
  if (const cudaError_t result = cudaGetDeviceProperties(&properties, number); result != cudaSuccess) {
    why = std::string("The GPU cannot be asked what it is: ") + cudaGetErrorString(result) + ".";
    return nullptr;
  }
  auto device = std::make_unique<CudaDevice>(number, properties);
  const DeviceCode code = device->start();
  if (code == DeviceCode::ok) return device;
  why =
      std::string("The ") + properties.name + " cannot be opened: " + device->errorText() + ". " +
      (code == DeviceCode::outOfMemory ? "Close other programs that use its memory."
                                       : "Check that nvidia-smi shows it and that the driver is new enough.");
  static_cast<void>(device.release());  // what half works is not taken apart
  return nullptr;
}

DeviceCode CudaDevice::start() {
  DeviceCode code = enter();
  const auto then = [&](auto&& next) {
    if (code == DeviceCode::ok) code = next();
  };
  const auto make = [&](auto&& create) { then([&] { return errors_.of(create()); }); };
  make([&] { return cudaStreamCreateWithFlags(compute_.out(), cudaStreamNonBlocking); });
  make([&] { return cudaStreamCreateWithFlags(copies_.out(), cudaStreamNonBlocking); });
  for (Event& event : reached_)
    make([&] { return cudaEventCreateWithFlags(event.out(), cudaEventDisableTiming); });
  make([&] { return cudaEventCreate(begin_.out()); });
  make([&] { return cudaEventCreate(end_.out()); });
  make([&] { return cudaMalloc(partials_.out(), static_cast<size_t>(partialBytes)); });
  make([&] { return cudaMalloc(tickets_.out(), static_cast<size_t>(ticketBytes)); });
  make([&] { return cudaMalloc(productWorkspace_.out(), CublasMatmul::workspaceBytes); });
  make([&] { return cudaMemsetAsync(tickets_.get(), 0, static_cast<size_t>(ticketBytes), compute_.get()); });
  convolution_ = std::make_unique<CudnnConvolution>(errors_, compute_.get());
  products_ = std::make_unique<CublasMatmul>(errors_, compute_.get(), productWorkspace_.get());
  then([&] { return convolution_->open(); });
  then([&] { return products_->open(); });
  make([&] { return cudaStreamSynchronize(compute_.get()); });
  return code;
}

DeviceCode CudaDevice::enter() {
  if (errors_.lost()) return DeviceCode::lost;
  if (deviceOfThread == number_) return DeviceCode::ok;
  const DeviceCode code = errors_.of(cudaSetDevice(number_));
  if (code == DeviceCode::ok) deviceOfThread = number_;
  return code;
}

// No exception crosses the line to the engine: the only one here is that the machine has no memory left.
template <class Call>
DeviceCode CudaDevice::entered(Call&& call) {
  if (const DeviceCode code = enter(); code != DeviceCode::ok) return code;
  try {
    return call();
  } catch (const std::exception& problem) {
    return errors_.refuse(DeviceCode::outOfMemory, problem.what());
  }
}

DeviceCode CudaDevice::refuseWhileRecording(const char* what) {
  if (const DeviceCode code = enter(); code != DeviceCode::ok || !recording_) return code;
  return errors_.refuse(DeviceCode::unsupported, std::string(what) + " cannot be recorded.");
}

cudaStream_t CudaDevice::stream(DeviceStream which) const {
  return which == DeviceStream::compute ? compute_.get() : copies_.get();
}

DeviceCode CudaDevice::load(DeviceLoad* out) {
  if (const DeviceCode code = enter(); code != DeviceCode::ok) return code;
  size_t free = 0, total = 0;
  if (const DeviceCode code = errors_.of(cudaMemGetInfo(&free, &total)); code != DeviceCode::ok) return code;
  *out = {.freeBytes = free, .percent = meter_.percent()};
  return DeviceCode::ok;
}

DeviceCode CudaDevice::allocate(void** memory, uint64_t bytes) {
  return entered([&] { return errors_.of(cudaMalloc(memory, std::max<uint64_t>(bytes, 1))); });
}

void CudaDevice::release(void* memory) {
  if (memory && enter() == DeviceCode::ok) errors_.of(cudaFree(memory));
}

DeviceCode CudaDevice::allocatePinned(void** memory, uint64_t bytes) {
  return entered([&] {
    const uint64_t taken = std::max<uint64_t>(bytes, 1);
    const DeviceCode code = errors_.of(cudaHostAlloc(memory, taken, cudaHostAllocDefault));
    if (code != DeviceCode::ok) return code;
    const std::lock_guard lock(pinning_);
    pinned_[reinterpret_cast<uintptr_t>(*memory)] = taken;
    return code;
  });
}

void CudaDevice::releasePinned(void* memory) {
  if (!memory) return;
  {
    const std::lock_guard lock(pinning_);
    pinned_.erase(reinterpret_cast<uintptr_t>(memory));
  }
  if (enter() == DeviceCode::ok) errors_.of(cudaFreeHost(memory));
}

bool CudaDevice::isPinned(const void* memory, uint64_t bytes) const {
  const std::lock_guard lock(pinning_);
  const auto address = reinterpret_cast<uintptr_t>(memory);
  const auto after = pinned_.upper_bound(address);
  if (after == pinned_.begin()) return false;
  const auto& [begin, length] = *std::prev(after);
  return address + bytes <= begin + length;
}

// Of memory that is not pinned, CUDA does not say for every machine when it is done with it; the stream does.
DeviceCode CudaDevice::copyHost(void* to, const void* from, const void* host, uint64_t bytes,
                                cudaMemcpyKind kind, DeviceStream which) {
  const bool pinned = isPinned(host, bytes);
  const bool recorded = recording_ && which == DeviceStream::compute;
  const DeviceCode code =
      recorded && !pinned ? refuseWhileRecording("A copy to or from memory that is not pinned") : enter();
  if (code != DeviceCode::ok) return code;
  cudaError_t result = cudaMemcpyAsync(to, from, bytes, kind, stream(which));
  if (result == cudaSuccess && !pinned) result = cudaStreamSynchronize(stream(which));
  return errors_.of(result);
}

DeviceCode CudaDevice::upload(void* to, const void* from, uint64_t bytes, DeviceStream which) {
  return copyHost(to, from, from, bytes, cudaMemcpyHostToDevice, which);
}

DeviceCode CudaDevice::download(void* to, const void* from, uint64_t bytes, DeviceStream which) {
  return copyHost(to, from, to, bytes, cudaMemcpyDeviceToHost, which);
}

DeviceCode CudaDevice::copy(void* to, const void* from, uint64_t bytes) {
  return entered(
      [&] { return errors_.of(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, compute_.get())); });
}

DeviceCode CudaDevice::zero(void* to, uint64_t bytes) {
  return entered([&] { return errors_.of(cudaMemsetAsync(to, 0, bytes, compute_.get())); });
}

DeviceCode CudaDevice::launch(const KernelLaunch& launch) {
  return entered([&] {
    return errors_.of(launchKernel(launch, {.stream = compute_.get(),
                                            .partials = static_cast<std::byte*>(partials_.get()),
                                            .tickets = static_cast<uint32_t*>(tickets_.get())}));
  });
}

DeviceCode CudaDevice::convolve(const ConvolutionCall& call) {
  return entered([&] { return convolution_->run(call); });
}

DeviceCode CudaDevice::multiply(const MatmulCall& call) {
  return entered([&] { return products_->run(call); });
}

DeviceCode CudaDevice::convolutionAlgorithms(const ConvolutionCall& call, ConvolutionAlgorithm* out,
                                             int32_t most, int32_t* found) {
  return entered([&] { return convolution_->algorithms(call, out, most, found); });
}

// Once to load what it needs, then the least of three.
DeviceCode CudaDevice::timeConvolution(const ConvolutionCall& call, double* seconds) {
  if (const DeviceCode code = refuseWhileRecording("A trial of a convolution"); code != DeviceCode::ok)
    return code;
  ConvolutionCall trial = call;
  trial.addToResult = false;
  if (const DeviceCode code = convolve(trial); code != DeviceCode::ok) return code;
  float least = 0;
  for (int run = 0; run < 3; ++run) {
    if (const DeviceCode code = errors_.of(cudaEventRecord(begin_.get(), compute_.get()));
        code != DeviceCode::ok)
      return code;
    if (const DeviceCode code = convolve(trial); code != DeviceCode::ok) return code;
    float milliseconds = 0;
    cudaError_t result = cudaEventRecord(end_.get(), compute_.get());
    if (result == cudaSuccess) result = cudaEventSynchronize(end_.get());
    if (result == cudaSuccess) result = cudaEventElapsedTime(&milliseconds, begin_.get(), end_.get());
    if (const DeviceCode code = errors_.of(result); code != DeviceCode::ok) return code;
    least = run == 0 ? milliseconds : std::min(least, milliseconds);
  }
  *seconds = static_cast<double>(least) / 1000;
  return DeviceCode::ok;
}

// A recording that was begun and never ended, since what was to be recorded failed.
void CudaDevice::dropRecording() {
  cudaGraph_t graph = nullptr;
  if (recording_ && cudaStreamEndCapture(compute_.get(), &graph) == cudaSuccess && graph)
    cudaGraphDestroy(graph);
  cudaGetLastError();
  recording_ = false;
}

// Relaxed: the libraries may take memory and load kernels while they are recorded.
DeviceCode CudaDevice::beginRecording() {
  if (const DeviceCode code = enter(); code != DeviceCode::ok) return code;
  dropRecording();
  const DeviceCode code = errors_.of(cudaStreamBeginCapture(compute_.get(), cudaStreamCaptureModeRelaxed));
  recording_ = code == DeviceCode::ok;
  return code;
}

DeviceCode CudaDevice::endRecording(DeviceGraph** graph) {
  *graph = nullptr;
  return entered([&] { return instantiate(graph); });
}

DeviceCode CudaDevice::instantiate(DeviceGraph** graph) {
  if (!recording_) return errors_.refuse(DeviceCode::unsupported, "Nothing is being recorded.");
  recording_ = false;
  Owned<cudaGraphDestroy, cudaGraph_t> recorded;
  auto ended = std::make_unique<DeviceGraph>();
  cudaError_t result = cudaStreamEndCapture(compute_.get(), recorded.out());
  if (result == cudaSuccess) result = cudaGraphInstantiate(ended->ready.out(), recorded.get(), 0);
  if (result == cudaSuccess) result = cudaGraphUpload(ended->ready.get(), compute_.get());
  if (const DeviceCode code = errors_.of(result); code != DeviceCode::ok) return code;
  *graph = ended.release();
  return DeviceCode::ok;
}

DeviceCode CudaDevice::replay(DeviceGraph* graph) {
  if (const DeviceCode code = refuseWhileRecording("A recording"); code != DeviceCode::ok) return code;
  return errors_.of(cudaGraphLaunch(graph->ready.get(), compute_.get()));
}

void CudaDevice::destroy(DeviceGraph* graph) {
  if (enter() == DeviceCode::ok) delete graph;
}

DeviceCode CudaDevice::order(DeviceStream earlier, DeviceStream later) {
  if (const DeviceCode code = refuseWhileRecording("The order of two streams"); code != DeviceCode::ok)
    return code;
  if (earlier == later) return DeviceCode::ok;
  const cudaEvent_t event = reached_[static_cast<size_t>(earlier)].get();
  cudaError_t result = cudaEventRecord(event, stream(earlier));
  if (result == cudaSuccess) result = cudaStreamWaitEvent(stream(later), event, 0);
  return errors_.of(result);
}

DeviceCode CudaDevice::wait(DeviceStream which) {
  const DeviceCode code = which == DeviceStream::compute ? refuseWhileRecording("Waiting") : enter();
  if (code != DeviceCode::ok) return code;
  return errors_.of(cudaStreamSynchronize(stream(which)));
}

// What a lost device holds, and what is held when the process ends, goes with the process: the libraries do
// not take being asked any more.
void CudaDevice::close() {
  if (processEnd.reached || enter() != DeviceCode::ok) return;
  dropRecording();
  if (errors_.of(cudaDeviceSynchronize()) != DeviceCode::ok) return;
  delete this;
}

}  // namespace bypath
