// What a row of gradients has in common with itself, shifted.
#include <algorithm>
#include <cmath>

#include "core/inspection/shattered.h"

namespace bypath {
namespace {

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

std::vector<double> autocorrelation(std::span<const float> vectors, size_t size, size_t lags) {
  const size_t count = vectors.size() / size;
  std::vector<double> mean(size, 0), centred(vectors.begin(), vectors.end());
  const auto at = [&](size_t i) { return std::span(centred).subspan(i * size, size); };
  double all = 0, varied = 0;
  for (size_t i = 0; i < count; ++i) {
    all += dot(at(i), at(i));
    for (size_t d = 0; d < size; ++d) mean[d] += at(i)[d] / static_cast<double>(count);
  }
  for (size_t i = 0; i < count; ++i) {
    for (size_t d = 0; d < size; ++d) at(i)[d] -= mean[d];
    varied += dot(at(i), at(i));
  }
  std::vector<double> correlation(lags + 1, 1);
  constexpr double rounding = 1e-12;  // what float32 leaves of gradients that are the same
  if (varied <= rounding * all) return correlation;
  for (size_t lag = 1; lag <= lags; ++lag) {
    double sum = 0;
    for (size_t i = 0; i + lag < count; ++i) sum += dot(at(i), at(i + lag));
    correlation[lag] = sum / varied;
  }
  return correlation;
}

double neighbourCosine(std::span<const float> vectors, size_t size) {
  const std::vector<double> values(vectors.begin(), vectors.end());
  const auto at = [&](size_t i) { return std::span(values).subspan(i * size, size); };
  double sum = 0, pairs = 0;
  for (size_t i = 0; (i + 2) * size <= values.size(); ++i) {
    const double squares = dot(at(i), at(i)) * dot(at(i + 1), at(i + 1));
    if (squares <= 0) continue;
    sum += dot(at(i), at(i + 1)) / std::sqrt(squares);
    pairs += 1;
  }
  return pairs > 0 ? sum / pairs : 1;
}

}  // namespace bypath
