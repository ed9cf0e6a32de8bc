// Matrix products. With the left side as it lies, rows are the pixels of a 1x1 convolution; with the left
// side transposed it is that convolution's weight gradient. What neither covers goes to Eigen.
#define EIGEN_DONT_PARALLELIZE
#include <Eigen/Core>

#include "core/engines/cpu/chunks.h"
#include "core/engines/cpu/convolution.h"
#include "core/engines/cpu/kernel_functions.h"
#include "core/engines/cpu/weight_gradient.h"

namespace bypath {

namespace {

constexpr int64_t leastRows = 4;

Convolution productOf(const Shape& a, const Shape& b, bool transposeB) {
  Convolution c;
  c.in.width = c.in.outWidth = a[0];
  c.in.channels = a[1];
  c.outputs = b[transposeB ? 0 : 1];
  c.weights.channels = a[1];
  c.weights.inStep = transposeB ? 1 : b[1];
  c.weights.outStep = transposeB ? b[1] : 1;
  c.yPixel = c.outputs;
  c.yRow = c.yImage = a[0] * c.outputs;
  return c;
}

WeightGradient transposedProductOf(const Shape& a, const Shape& b) {
  WeightGradient g;
  g.x.width = g.x.outWidth = a[0];
  g.x.channels = a[1];
  g.outputs = b[1];
  return g;
}

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMap = Eigen::Map<const Matrix>;

ConstMap mapOf(const TensorView<const float>& view) {
  return {view.data, view.shape[0], view.shape[1]};
}

}  // namespace

Refusal acceptPackedMatmul(const OpCall& call) {
  const bool transposeA = call.attributes.flag("transpose_a"),
             transposeB = call.attributes.flag("transpose_b");
  if (transposeA && transposeB) return "both sides are transposed";
  if (!transposeA && call.inputs[0][0] < leastRows)
    return std::to_string(call.inputs[0][0]) + " rows do not pay for rearranging the right side";
  return {};
}

size_t packedMatmulWorkspace(const OpCall& call, int threads) {
  if (call.attributes.flag("transpose_a"))
    return weightGradientWorkspaceBytes(transposedProductOf(call.inputs[0], call.inputs[1]), threads);
  return convolutionWorkspaceBytes(
      productOf(call.inputs[0], call.inputs[1], call.attributes.flag("transpose_b")), threads);
}

void runPackedMatmul(const KernelRun& run) {
  const TensorView<const float>&a = run.inputs[0], &b = run.inputs[1];
  if (run.attributes.flag("transpose_a")) {
    WeightGradient g = transposedProductOf(a.shape, b.shape);
    g.x.data = a.data;
    g.dy = b.data;
    g.dw = run.outputs[0].data;
    return runWeightGradient(g, run.workspace, run.parallel);
  }
  Convolution c = productOf(a.shape, b.shape, run.attributes.flag("transpose_b"));
  c.in.data = a.data;
  c.weights.w = b.data;
  c.y = run.outputs[0].data;
  runConvolution(c, run.workspace, run.parallel);
}

void runEigenMatmul(const KernelRun& run) {
  const ConstMap a = mapOf(run.inputs[0]), b = mapOf(run.inputs[1]);
  const bool transposeA = run.attributes.flag("transpose_a"), transposeB = run.attributes.flag("transpose_b");
  Eigen::Map<Matrix> y(run.outputs[0].data, run.outputs[0].shape[0], run.outputs[0].shape[1]);
  const Chunks columns = Chunks::of(y.cols(), 64, 64);
  run.parallel.forEach(columns.count, [&](int64_t i) {
    const int64_t begin = columns.begin(i), count = columns.size(i);
    auto part = y.middleCols(begin, count);
    if (transposeA && transposeB)
      part.noalias() = a.transpose() * b.middleRows(begin, count).transpose();
    else if (transposeA)
      part.noalias() = a.transpose() * b.middleCols(begin, count);
    else if (transposeB)
      part.noalias() = a * b.middleRows(begin, count).transpose();
    else
      part.noalias() = a * b.middleCols(begin, count);
  });
}

}  // namespace bypath
