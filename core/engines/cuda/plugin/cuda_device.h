// A GPU through the CUDA runtime, cuDNN and cuBLASLt: the Device that the plug-in exports.
//
// Calls that queue work belong to one thread at a time; load(), taking and releasing memory may come from
// any. While a recording goes on, what CUDA cannot record is refused: waiting, ordering of the streams,
// copies to or from memory of the host that allocatePinned() did not give, trials of convolutions.
#pragma once

#include <cuda_runtime_api.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "core/engines/cuda/device.h"
#include "core/engines/cuda/plugin/cublas_matmul.h"
#include "core/engines/cuda/plugin/cuda_errors.h"
#include "core/engines/cuda/plugin/cudnn_convolution.h"
#include "core/engines/cuda/plugin/device_load.h"
#include "core/engines/cuda/plugin/launch.h"
#include "core/engines/cuda/plugin/owned.h"

namespace bypath {

struct DeviceGraph {
  Owned<cudaGraphExecDestroy, cudaGraphExec_t> ready;
};

class CudaDevice final : public Device {
 public:
  // Null, with a sentence on the reason in `why`.
  static std::unique_ptr<CudaDevice> open(int32_t number, std::string& why);
  CudaDevice(int32_t number, const cudaDeviceProp& properties);

  DeviceFacts facts() const override { return facts_; }
  DeviceCode load(DeviceLoad* out) override;
  const char* errorText() const override { return errors_.text(); }

  DeviceCode allocate(void** memory, uint64_t bytes) override;
  void release(void* memory) override;
  DeviceCode allocatePinned(void** memory, uint64_t bytes) override;
  void releasePinned(void* memory) override;

  DeviceCode upload(void* to, const void* from, uint64_t bytes, DeviceStream stream) override;
  DeviceCode download(void* to, const void* from, uint64_t bytes, DeviceStream stream) override;
  DeviceCode copy(void* to, const void* from, uint64_t bytes) override;
  DeviceCode zero(void* to, uint64_t bytes) override;
  DeviceCode launch(const KernelLaunch& launch) override;
  DeviceCode convolve(const ConvolutionCall& call) override;
  DeviceCode multiply(const MatmulCall& call) override;

  DeviceCode convolutionAlgorithms(const ConvolutionCall& call, ConvolutionAlgorithm* out, int32_t most,
                                   int32_t* found) override;
  DeviceCode timeConvolution(const ConvolutionCall& call, double* seconds) override;

  DeviceCode beginRecording() override;
  DeviceCode endRecording(DeviceGraph** graph) override;
  DeviceCode replay(DeviceGraph* graph) override;
  void destroy(DeviceGraph* graph) override;

  DeviceCode order(DeviceStream earlier, DeviceStream later) override;
  DeviceCode wait(DeviceStream stream) override;
  void close() override;

 private:
  using Stream = Owned<cudaStreamDestroy, cudaStream_t>;
  using Event = Owned<cudaEventDestroy, cudaEvent_t>;
  using Memory = Owned<cudaFree, void*>;

  DeviceCode start();
  // Before every call: ok, or that the device is lost. The thread's device is this one then.
  DeviceCode enter();
  template <class Call>
  DeviceCode entered(Call&& call);
  DeviceCode refuseWhileRecording(const char* what);
  cudaStream_t stream(DeviceStream which) const;
  bool isPinned(const void* memory, uint64_t bytes) const;
  DeviceCode copyHost(void* to, const void* from, const void* host, uint64_t bytes, cudaMemcpyKind kind,
                      DeviceStream which);
  DeviceCode instantiate(DeviceGraph** graph);
  void dropRecording();

  int32_t number_;
  DeviceFacts facts_;
  CudaErrors errors_;
  DeviceMeter meter_;
  bool recording_ = false;
  mutable std::mutex pinning_;
  std::map<uintptr_t, uint64_t> pinned_;  // bytes, by address
  Stream compute_, copies_;
  Event reached_[2], begin_, end_;
  Memory partials_, tickets_, productWorkspace_;
  // Destroyed before what they use.
  std::unique_ptr<CudnnConvolution> convolution_;
  std::unique_ptr<CublasMatmul> products_;
};

}  // namespace bypath
