#include "core/engines/cuda/locked_device.h"

namespace bypath {

DeviceCode LockedDevice::load(DeviceLoad* out) {
  const Lock lock(mutex_);
  return device_.load(out);
}

DeviceCode LockedDevice::allocate(void** memory, uint64_t bytes) {
  const Lock lock(mutex_);
  return device_.allocate(memory, bytes);
}

void LockedDevice::release(void* memory) {
  const Lock lock(mutex_);
  device_.release(memory);
}

DeviceCode LockedDevice::allocatePinned(void** memory, uint64_t bytes) {
  const Lock lock(mutex_);
  return device_.allocatePinned(memory, bytes);
}

void LockedDevice::releasePinned(void* memory) {
  const Lock lock(mutex_);
  device_.releasePinned(memory);
}

DeviceCode LockedDevice::upload(void* to, const void* from, uint64_t bytes, DeviceStream stream) {
  const Lock lock(mutex_);
  return device_.upload(to, from, bytes, stream);
}

DeviceCode LockedDevice::download(void* to, const void* from, uint64_t bytes, DeviceStream stream) {
  const Lock lock(mutex_);
  return device_.download(to, from, bytes, stream);
}

DeviceCode LockedDevice::copy(void* to, const void* from, uint64_t bytes) {
  const Lock lock(mutex_);
  return device_.copy(to, from, bytes);
}

DeviceCode LockedDevice::zero(void* to, uint64_t bytes) {
  const Lock lock(mutex_);
  return device_.zero(to, bytes);
}

DeviceCode LockedDevice::launch(const KernelLaunch& one) {
  const Lock lock(mutex_);
  return device_.launch(one);
}

DeviceCode LockedDevice::convolve(const ConvolutionCall& call) {
  const Lock lock(mutex_);
  return device_.convolve(call);
}

DeviceCode LockedDevice::multiply(const MatmulCall& call) {
  const Lock lock(mutex_);
  return device_.multiply(call);
}

DeviceCode LockedDevice::convolutionAlgorithms(const ConvolutionCall& call, ConvolutionAlgorithm* out,
                                               int32_t most, int32_t* found) {
  const Lock lock(mutex_);
  return device_.convolutionAlgorithms(call, out, most, found);
}

DeviceCode LockedDevice::timeConvolution(const ConvolutionCall& call, double* seconds) {
  const Lock lock(mutex_);
  return device_.timeConvolution(call, seconds);
}

// Keeps the lock until endRecording().
DeviceCode LockedDevice::beginRecording() {
  mutex_.lock();
  const DeviceCode code = device_.beginRecording();
  if (code != DeviceCode::ok) mutex_.unlock();
  return code;
}

DeviceCode LockedDevice::endRecording(DeviceGraph** graph) {
  const DeviceCode code = device_.endRecording(graph);
  mutex_.unlock();
  return code;
}

DeviceCode LockedDevice::replay(DeviceGraph* graph) {
  const Lock lock(mutex_);
  return device_.replay(graph);
}

void LockedDevice::destroy(DeviceGraph* graph) {
  const Lock lock(mutex_);
  device_.destroy(graph);
}

DeviceCode LockedDevice::order(DeviceStream earlier, DeviceStream later) {
  const Lock lock(mutex_);
  return device_.order(earlier, later);
}

DeviceCode LockedDevice::wait(DeviceStream stream) {
  const Lock lock(mutex_);
  return device_.wait(stream);
}

void LockedDevice::close() {
  device_.close();
  delete this;
}

}  // namespace bypath
