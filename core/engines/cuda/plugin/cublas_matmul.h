// Matrix products by cuBLASLt on one stream. For each shape the library's first choice is kept, so that equal
// calls give equal bits.
#pragma once

#include <cublasLt.h>
#include <cuda_runtime_api.h>

#include <array>
#include <map>
#include <memory>

#include "core/engines/cuda/device.h"
#include "core/engines/cuda/plugin/cuda_errors.h"
#include "core/engines/cuda/plugin/owned.h"

namespace bypath {

class CublasMatmul {
 public:
  static constexpr uint64_t workspaceBytes = uint64_t{32} << 20;

  // `workspace` holds workspaceBytes of the device and outlives this.
  CublasMatmul(CudaErrors& errors, cudaStream_t stream, void* workspace)
      : errors_(errors), stream_(stream), workspace_(workspace) {}
  DeviceCode open();  // once, before all else
  DeviceCode run(const MatmulCall& call);

 private:
  struct Product {  // as cuBLASLt sees it, by columns: c transposed = b transposed * a transposed
    Owned<cublasLtMatmulDescDestroy, cublasLtMatmulDesc_t> description;
    Owned<cublasLtMatrixLayoutDestroy, cublasLtMatrixLayout_t> left, right, result;
    cublasLtMatmulAlgo_t algorithm{};
  };
  using Key = std::array<int64_t, 7>;

  cublasStatus_t make(const MatmulCall& call, bool aligned, Product& product) const;
  DeviceCode of(cublasStatus_t status);

  CudaErrors& errors_;
  cudaStream_t stream_;
  void* workspace_;
  Owned<cublasLtDestroy, cublasLtHandle_t> handle_;
  std::map<Key, Product> products_;
};

}  // namespace bypath
