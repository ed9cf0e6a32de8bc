#include <cublasLt.h>

#include <cmath>
#include <cstring>

#include "core/engines/cuda/device/array.h"
#include "tests/fake_cuda/fake_cuda.h"

namespace {

struct Description {
  cublasComputeType_t compute;
  cublasOperation_t transpose[2];
};
struct Layout {
  uint64_t rows, columns;
  int64_t leading;
};

const Description& of(cublasLtMatmulDesc_t description) {
  return *reinterpret_cast<const Description*>(description);
}
const Layout& of(cublasLtMatrixLayout_t layout) {
  return *reinterpret_cast<const Layout*>(layout);
}

}  // namespace

extern "C" {

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  *handle = reinterpret_cast<cublasLtHandle_t>(new int);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  delete reinterpret_cast<int*>(handle);
  return CUBLAS_STATUS_SUCCESS;
}
const char* cublasLtGetStatusString(cublasStatus_t) {
  return "an error of cuBLAS";
}
cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* description, cublasComputeType_t compute,
                                        cudaDataType_t scale) {
  *description = reinterpret_cast<cublasLtMatmulDesc_t>(
      new Description{.compute = compute, .transpose = {CUBLAS_OP_N, CUBLAS_OP_N}});
  return scale == CUDA_R_32F ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t description) {
  delete reinterpret_cast<Description*>(description);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t description,
                                              cublasLtMatmulDescAttributes_t attribute, const void* value,
                                              size_t bytes) {
  auto& to = *reinterpret_cast<Description*>(description);
  if (bytes != sizeof(cublasOperation_t)) return CUBLAS_STATUS_INVALID_VALUE;
  std::memcpy(&to.transpose[attribute == CUBLASLT_MATMUL_DESC_TRANSB], value, bytes);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* layout, cudaDataType type, uint64_t rows,
                                          uint64_t columns, int64_t leading) {
  *layout = reinterpret_cast<cublasLtMatrixLayout_t>(new Layout{rows, columns, leading});
  return type == CUDA_R_32F && leading >= static_cast<int64_t>(rows) ? CUBLAS_STATUS_SUCCESS
                                                                     : CUBLAS_STATUS_INVALID_VALUE;
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  delete reinterpret_cast<Layout*>(layout);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* preference) {
  *preference = reinterpret_cast<cublasLtMatmulPreference_t>(new int);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  delete reinterpret_cast<int*>(preference);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t,
                                                    cublasLtMatmulPreferenceAttributes_t attribute,
                                                    const void*, size_t bytes) {
  const size_t wanted =
      attribute == CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES ? sizeof(uint64_t) : sizeof(uint32_t);
  return bytes == wanted ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_INVALID_VALUE;
}
cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t, cublasLtMatrixLayout_t,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatrixLayout_t, cublasLtMatmulPreference_t, int,
                                              cublasLtMatmulHeuristicResult_t* results, int* found) {
  ++bypath::fakeCuda().heuristics;
  results[0] = {};
  results[0].state = CUBLAS_STATUS_SUCCESS;
  *found = 1;
  return CUBLAS_STATUS_SUCCESS;
}

// By columns, as cuBLAS defines it.
cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t description, const void* alpha,
                              const void* a, cublasLtMatrixLayout_t aLayout, const void* b,
                              cublasLtMatrixLayout_t bLayout, const void* beta, const void*,
                              cublasLtMatrixLayout_t, void* d, cublasLtMatrixLayout_t dLayout,
                              const cublasLtMatmulAlgo_t*, void*, size_t, cudaStream_t stream) {
  const Description how = of(description);
  const Layout left = of(aLayout), right = of(bLayout), to = of(dLayout);
  const bool turnLeft = how.transpose[0] == CUBLAS_OP_T, turnRight = how.transpose[1] == CUBLAS_OP_T;
  const uint64_t inner = turnLeft ? left.rows : left.columns;
  if ((turnLeft ? left.columns : left.rows) != to.rows ||
      (turnRight ? right.rows : right.columns) != to.columns ||
      (turnRight ? right.columns : right.rows) != inner || *static_cast<const float*>(alpha) != 1 ||
      *static_cast<const float*>(beta) != 0)
    return CUBLAS_STATUS_INVALID_VALUE;
  bypath::fakeCuda().computeType = how.compute;
  const auto at = [](const void* matrix, const Layout& layout, bool turned, uint64_t row, uint64_t column) {
    const uint64_t place = turned ? column + row * static_cast<uint64_t>(layout.leading)
                                  : row + column * static_cast<uint64_t>(layout.leading);
    return static_cast<double>(static_cast<const float*>(matrix)[place]);
  };
  bypath::queueOn(stream, [=] {
    for (uint64_t row = 0; row < to.rows; ++row)
      for (uint64_t column = 0; column < to.columns; ++column) {
        double sum = 0;
        for (uint64_t k = 0; k < inner; ++k)
          sum += at(a, left, turnLeft, row, k) * at(b, right, turnRight, k, column);
        static_cast<float*>(d)[row + column * static_cast<uint64_t>(to.leading)] = static_cast<float>(sum);
      }
  });
  return CUBLAS_STATUS_SUCCESS;
}
}
