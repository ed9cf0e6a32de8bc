#include "core/engines/cuda/plugin/cublas_matmul.h"

#include <string>

namespace bypath {
namespace {

cublasComputeType_t computeType(DeviceMath math) {
  switch (math) {
    case DeviceMath::tf32:
      return CUBLAS_COMPUTE_32F_FAST_TF32;
    case DeviceMath::bf16:
      return CUBLAS_COMPUTE_32F_FAST_16BF;
    case DeviceMath::float32:
      break;
  }
  return CUBLAS_COMPUTE_32F;
}

bool isAligned(const void* pointer) {
  return reinterpret_cast<uintptr_t>(pointer) % 16 == 0;
}

// A matrix that is rows x columns by rows is columns x rows by columns, without a byte moved.
cublasStatus_t layoutByRows(cublasLtMatrixLayout_t* layout, int64_t rows, int64_t columns) {
  return cublasLtMatrixLayoutCreate(layout, CUDA_R_32F, static_cast<uint64_t>(columns),
                                    static_cast<uint64_t>(rows), columns);
}

}  // namespace

DeviceCode CublasMatmul::open() {
  return of(cublasLtCreate(handle_.out()));
}

cublasStatus_t CublasMatmul::make(const MatmulCall& call, bool aligned, Product& product) const {
  const cublasOperation_t left = call.transposeB ? CUBLAS_OP_T : CUBLAS_OP_N;
  const cublasOperation_t right = call.transposeA ? CUBLAS_OP_T : CUBLAS_OP_N;
  cublasLtMatmulDesc_t* description = product.description.out();
  cublasStatus_t status = cublasLtMatmulDescCreate(description, computeType(call.math), CUDA_R_32F);
  const auto then = [&](auto&& next) {
    if (status == CUBLAS_STATUS_SUCCESS) status = next();
  };
  then([&] {
    return cublasLtMatmulDescSetAttribute(*description, CUBLASLT_MATMUL_DESC_TRANSA, &left, sizeof left);
  });
  then([&] {
    return cublasLtMatmulDescSetAttribute(*description, CUBLASLT_MATMUL_DESC_TRANSB, &right, sizeof right);
  });
  then([&] {
    return call.transposeB ? layoutByRows(product.left.out(), call.n, call.k)
                           : layoutByRows(product.left.out(), call.k, call.n);
  });
  then([&] {
    return call.transposeA ? layoutByRows(product.right.out(), call.k, call.m)
                           : layoutByRows(product.right.out(), call.m, call.k);
  });
  then([&] { return layoutByRows(product.result.out(), call.m, call.n); });

  Owned<cublasLtMatmulPreferenceDestroy, cublasLtMatmulPreference_t> preference;
  then([&] { return cublasLtMatmulPreferenceCreate(preference.out()); });
  const auto prefer = [&](cublasLtMatmulPreferenceAttributes_t what, auto value) {
    then([&] { return cublasLtMatmulPreferenceSetAttribute(preference.get(), what, &value, sizeof value); });
  };
  const uint32_t alignment = aligned ? 16 : 4;
  prefer(CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, workspaceBytes);
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES, alignment);
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES, alignment);
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES, alignment);
  prefer(CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES, alignment);

  cublasLtMatmulHeuristicResult_t choice{};
  int found = 0;
  then([&] {
    return cublasLtMatmulAlgoGetHeuristic(handle_.get(), product.description.get(), product.left.get(),
                                          product.right.get(), product.result.get(), product.result.get(),
                                          preference.get(), 1, &choice, &found);
  });
  then([&] { return found > 0 ? choice.state : CUBLAS_STATUS_NOT_SUPPORTED; });
  product.algorithm = choice.algo;
  return status;
}

DeviceCode CublasMatmul::run(const MatmulCall& call) {
  if (call.m <= 0 || call.n <= 0) return DeviceCode::ok;
  if (call.k <= 0)
    return errors_.of(
        cudaMemsetAsync(call.c, 0, static_cast<size_t>(call.m * call.n) * sizeof(float), stream_));
  const bool aligned = isAligned(call.a) && isAligned(call.b) && isAligned(call.c);
  const Key key{
      static_cast<int64_t>(call.math), call.m, call.n, call.k, call.transposeA, call.transposeB, aligned};
  auto found = products_.find(key);
  if (found == products_.end()) {
    Product product;
    if (const cublasStatus_t status = make(call, aligned, product); status != CUBLAS_STATUS_SUCCESS)
      return of(status);
    found = products_.emplace(key, std::move(product)).first;
  }
  const Product& product = found->second;
  const float one = 1, zero = 0;
  return of(cublasLtMatmul(handle_.get(), product.description.get(), &one, call.b, product.left.get(), call.a,
                           product.right.get(), &zero, call.c, product.result.get(), call.c,
                           product.result.get(), &product.algorithm, workspace_, workspaceBytes, stream_));
}

DeviceCode CublasMatmul::of(cublasStatus_t status) {
  if (status == CUBLAS_STATUS_SUCCESS) return DeviceCode::ok;
  const std::string text = std::string("cuBLAS: ") + cublasLtGetStatusString(status);
  switch (status) {
    case CUBLAS_STATUS_ALLOC_FAILED:
      return errors_.refuse(DeviceCode::outOfMemory, text);
    case CUBLAS_STATUS_NOT_SUPPORTED:
    case CUBLAS_STATUS_INVALID_VALUE:
    case CUBLAS_STATUS_ARCH_MISMATCH:
      return errors_.refuse(DeviceCode::unsupported, text);
    default:
      return errors_.failed(text);
  }
}

}  // namespace bypath
