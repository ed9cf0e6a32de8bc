// CUDA's libraries over plain memory, as far as the plug-in calls them: its sources are linked with these and
// loaded as a plug-in, so that what it asks of CUDA is seen to be what it means. What a real stream refuses
// to record is refused here, and a call of the runtime can be told to fail.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

struct CUgraph_st {
  std::vector<std::function<void()>> work;
};
struct CUstream_st {
  bool capturing = false, invalid = false;
  CUgraph_st recorded;
};

namespace bypath {

struct FakeCudaControl {
  int failWith = 0;                     // a cudaError_t: the answer to the next call that queues or takes
  bool sticks = false;                  // and to all after it
  uint64_t free = 1u << 30;             // bytes, for one cudaMalloc at most
  int cudnnRefuses = 0;                 // a cudnnStatus_t: the answer to convolutions with an epilogue
  int epilogues = 0;                    // convolutions that took the bias along
  int heuristics = 0;                   // asked of cuDNN and cuBLASLt
  int computeType = -1, mathType = -1;  // of the last product, of the last convolution
};

inline constexpr const char* fakeCudaControlName = "bypathFakeCudaControl";  // FakeCudaControl* (*)()
using FakeCudaControlFunction = FakeCudaControl* (*)();

FakeCudaControl& fakeCuda();
// Now, or when the graph is replayed that the stream is recording.
void queueOn(CUstream_st* stream, std::function<void()> work);

}  // namespace bypath
