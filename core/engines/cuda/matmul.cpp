// Matrix products: the library's, and by their definition.
#include <algorithm>
#include <limits>

#include "core/engines/cuda/device_kernel.h"
#include "core/engines/cuda/workspace_parts.h"

namespace bypath {
namespace {

struct Product {
  int64_t m, n, k;
  bool transposeA, transposeB;

  Product(const OpAttributes& attributes, const Shape& a, const Shape& b)
      : transposeA(attributes.flag("transpose_a")), transposeB(attributes.flag("transpose_b")) {
    m = a[transposeA ? 1 : 0];
    k = a[transposeA ? 0 : 1];
    n = b[transposeB ? 0 : 1];
  }
  explicit Product(const DeviceRun& run)
      : Product(run.attributes, run.inputs[0].shape, run.inputs[1].shape) {}
};

void launchDirect(const DeviceRun& run) {
  const Product p(run);
  run.queue.map(gpu::DirectProduct{.a = run.inputs[0].array,
                                   .b = run.inputs[1].array,
                                   .c = run.outputs[0].array,
                                   .n = static_cast<int32_t>(p.n),
                                   .k = static_cast<int32_t>(p.k),
                                   .aRow = p.transposeA ? 1 : p.k,
                                   .aColumn = p.transposeA ? p.m : 1,
                                   .bRow = p.transposeB ? 1 : p.n,
                                   .bColumn = p.transposeB ? p.k : 1},
                p.m * p.n);
}

// The library's product is of float32 alone: what is not lies in the workspace as float32.
void launchLibrary(const DeviceRun& run, DeviceMath math) {
  const DeviceTensor &a = run.inputs[0], &b = run.inputs[1], &c = run.outputs[0];
  const bool anyHalf = a.array.half || b.array.half || c.array.half;
  // Only an engine that stores bfloat16 has memory for that.
  if (anyHalf && math != DeviceMath::bf16) return launchDirect(run);
  WorkspaceParts parts(run.workspace);
  const auto place = [&](const DeviceTensor& tensor) {
    return tensor.array.half ? gpu::Array{parts.take(static_cast<uint64_t>(tensor.count()) * sizeof(float))}
                             : tensor.array;
  };
  const auto convert = [&](const gpu::Array& from, const gpu::Array& to, int64_t count) {
    if (from.data != to.data) run.queue.map(gpu::ConvertValues{from, to, count}, gpu::foursOf(count));
  };
  const gpu::Array floatA = place(a), floatB = place(b), floatC = place(c);
  convert(a.array, floatA, a.count());
  convert(b.array, floatB, b.count());
  const Product p(run);
  run.queue.multiply({.math = math,
                      .m = p.m,
                      .n = p.n,
                      .k = p.k,
                      .transposeA = p.transposeA,
                      .transposeB = p.transposeB,
                      .a = floatA.data,
                      .b = floatB.data,
                      .c = floatC.data});
  convert(floatC, c.array, c.count());
}

size_t workspaceBytes(const OpCall& call, DeviceMath math) {
  if (math != DeviceMath::bf16) return 0;
  uint64_t bytes = 0;
  for (const Shape& shape : {call.inputs[0], call.inputs[1], call.outputs[0]})
    bytes += WorkspaceParts::sizeOf(static_cast<uint64_t>(shape.count()) * sizeof(float));
  return bytes;
}

}  // namespace

void addMatmulKernels(DeviceKernels& kernels) {
  const DeviceMath math = kernels.math();
  kernels.add(
      "matmul", math == DeviceMath::bf16 ? "cublas-bf16" : "cublas",
      [math](const DeviceRun& run) { launchLibrary(run, math); },
      [math](const OpCall& call) { return workspaceBytes(call, math); });
  kernels.add("matmul", "direct", launchDirect, {}, [](const OpCall& call) -> Refusal {
    const Product p(call.attributes, call.inputs[0], call.inputs[1]);
    return std::max(p.n, p.k) > std::numeric_limits<int32_t>::max() ? "a size is larger than 2^31" : "";
  });
}

}  // namespace bypath
