// What the engine asks of a GPU, and all that it knows of one. The plug-in bypath_cuda implements it over the
// CUDA runtime, cuDNN and cuBLASLt; a stand-in over plain memory implements it in tests, with calls that fail
// when told to. Numbers and pointers alone cross this line: either side may be built by another compiler run.
//
// Work is queued on two streams, each in order: `compute`, and `copies` beside it. Everything that returns a
// DeviceCode says `lost` from the first error that the device does not recover from onwards.
#pragma once

#include <cstddef>
#include <cstdint>

namespace bypath {

enum class DeviceCode : int32_t {
  ok,
  outOfMemory,  // nothing was taken; go on with less
  unsupported,  // not this call on this device; others work
  lost          // this process gets nothing more from the device
};

enum class DeviceStream : int32_t { compute, copies };

struct DeviceFacts {
  char name[128] = {};           // "NVIDIA H200"
  char libraries[128] = {};      // "CUDA 13.0, cuDNN 9.19, driver 13.0"
  int32_t major = 0, minor = 0;  // compute capability
  int32_t multiprocessors = 0;
  uint64_t memoryBytes = 0;
  bool tf32 = false, bf16 = false;  // tensor cores for these
};

struct DeviceLoad {
  uint64_t freeBytes = 0;
  int32_t percent = -1;  // of the last moments; -1: it cannot be told
};

// One of our own kernels (device/kernels.h), its arguments as they are.
struct KernelLaunch {
  int32_t number = 0;
  const void* arguments = nullptr;
  uint32_t argumentBytes = 0;
  int64_t segments = 1, rows = 0, columns = 1;  // of a reduction; a map has its count in rows
};

enum class ConvolutionPart : int32_t { forward, input, weights };  // which tensor of the three is computed
enum class DeviceMath : int32_t { float32, tf32, bf16 };           // bf16: all three tensors are bfloat16

// x (N,H,W,C), w (K,KH,KW,C), y (N,OH,OW,K), all dense; padding is the same on opposite sides, and OH, OW
// follow from it. With part input, dx is where x is and dy where y is; with weights, dw where w is.
struct ConvolutionCall {
  ConvolutionPart part = ConvolutionPart::forward;
  DeviceMath math = DeviceMath::float32;
  int32_t n = 0, h = 0, w = 0, c = 0, k = 0, kh = 0, kw = 0, oh = 0, ow = 0;
  int32_t strideH = 1, strideW = 1, padH = 0, padW = 0;
  void *x = nullptr, *weights = nullptr, *y = nullptr;
  const void* bias = nullptr;  // forward: float32 (K), added where epilogue says so
  bool addToResult = false;    // result += instead of result =
  bool relu = false;           // forward, with bias alone
  void* workspace = nullptr;
  uint64_t workspaceBytes = 0;
  int32_t algorithm = -1;  // of convolutionAlgorithms(); -1: the library's first choice
};

// A way to run a convolution. `deterministic`: the same bits every time.
struct ConvolutionAlgorithm {
  int32_t number = 0;
  uint64_t workspaceBytes = 0;
  bool deterministic = true;
};

// c (m,n) = a (m,k) * b (k,n), row-major float32; transposeA: a is stored (k,m), transposeB: b as (n,k).
struct MatmulCall {
  DeviceMath math = DeviceMath::float32;  // bf16: the products alone are rounded; all tensors are float32
  int64_t m = 0, n = 0, k = 0;
  bool transposeA = false, transposeB = false;
  const void *a = nullptr, *b = nullptr;
  void* c = nullptr;
};

struct DeviceGraph;  // a recorded stretch of the compute stream

class Device {
 public:
  virtual DeviceFacts facts() const = 0;
  virtual DeviceCode load(DeviceLoad* out) = 0;
  // Of the last call that did not return ok; stays valid until the next call.
  virtual const char* errorText() const = 0;

  virtual DeviceCode allocate(void** memory, uint64_t bytes) = 0;  // aligned to 256 bytes
  virtual void release(void* memory) = 0;
  virtual DeviceCode allocatePinned(void** memory, uint64_t bytes) = 0;  // of the host, for fast copies
  virtual void releasePinned(void* memory) = 0;

  // Queued. Host memory that is not pinned is copied from or to before the call returns.
  virtual DeviceCode upload(void* to, const void* from, uint64_t bytes, DeviceStream stream) = 0;
  virtual DeviceCode download(void* to, const void* from, uint64_t bytes, DeviceStream stream) = 0;
  virtual DeviceCode copy(void* to, const void* from, uint64_t bytes) = 0;  // on the device
  virtual DeviceCode zero(void* to, uint64_t bytes) = 0;
  virtual DeviceCode launch(const KernelLaunch& launch) = 0;
  virtual DeviceCode convolve(const ConvolutionCall& call) = 0;
  virtual DeviceCode multiply(const MatmulCall& call) = 0;

  // The ways to run it, the library's first choice first, at most `most` of them. Pointers do not matter.
  virtual DeviceCode convolutionAlgorithms(const ConvolutionCall& call, ConvolutionAlgorithm* out,
                                           int32_t most, int32_t* found) = 0;
  // Runs it a few times; its result is written over.
  virtual DeviceCode timeConvolution(const ConvolutionCall& call, double* seconds) = 0;

  // What is queued on `compute` between the two is recorded, not run.
  virtual DeviceCode beginRecording() = 0;
  virtual DeviceCode endRecording(DeviceGraph** graph) = 0;
  virtual DeviceCode replay(DeviceGraph* graph) = 0;  // queued on compute
  virtual void destroy(DeviceGraph* graph) = 0;

  // What is queued on `later` from now on waits for what is queued on `earlier` so far.
  virtual DeviceCode order(DeviceStream earlier, DeviceStream later) = 0;
  // Waits until all that is queued is done.
  virtual DeviceCode wait(DeviceStream stream) = 0;

  virtual void close() = 0;  // ends the object

 protected:
  ~Device() = default;
};

// What a plug-in exports under deviceEntryName. Opens the device of that number, or writes a sentence on why
// it cannot (cut off at textBytes) and returns null.
inline constexpr int32_t deviceInterfaceVersion = 1;
inline constexpr const char* deviceVersionName = "bypathDeviceVersion";  // int32_t (*)()
inline constexpr const char* deviceEntryName = "bypathOpenDevice";
using DeviceVersionFunction = int32_t (*)();
using DeviceEntryFunction = Device* (*)(int32_t number, char* text, uint64_t textBytes);

}  // namespace bypath
