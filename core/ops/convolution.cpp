#include "core/ops/convolution.h"

#include <algorithm>

namespace bypath {

Shape convolutionOutput(const Window& window, const Shape& x, const Shape& w) {
  return {x[0], window.outputHeight(x[1]), window.outputWidth(x[2]), w[3]};
}

std::string convolutionProblem(const Window& window, const Shape& x, const Shape& w, const Shape& y) {
  std::string misfit = window.problem(x[1], x[2]);
  if (!misfit.empty()) return misfit;
  const Shape expected = convolutionOutput(window, x, w);
  if (expected == y) return {};
  return "a convolution of " + x.text() + " with " + w.text() + " makes " + expected.text() + ", not " +
         y.text();
}

OpCost convolutionCost(const OpCall& call, const Shape& y, const Shape& w) {
  return {.multiplyAdds = static_cast<double>(y.rows()) * static_cast<double>(w.count()),
          .bytes = bytesOf(call)};
}

void addBiasAndRelu(const ReferenceTensor& out, std::span<const double> bias, bool relu) {
  const auto channels = static_cast<size_t>(out.shape.last());
  for (size_t i = 0; i < out.data.size(); ++i) {
    double& value = out.data[i];
    if (!bias.empty()) value += bias[i % channels];
    if (relu) value = std::max(value, 0.0);
  }
}

}  // namespace bypath
