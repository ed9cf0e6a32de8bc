#include "core/training/class_scores.h"

#include <algorithm>
#include <cmath>

namespace bypath {

double logSumExp(std::span<const float> logits) {
  const auto largest = static_cast<double>(*std::ranges::max_element(logits));
  double sum = 0;
  for (const float logit : logits) sum += std::exp(static_cast<double>(logit) - largest);
  return largest + std::log(sum);
}

int likeliestClass(std::span<const float> logits) {
  return static_cast<int>(std::ranges::max_element(logits) - logits.begin());
}

std::vector<float> softmax(std::span<const float> logits) {
  const double sum = logSumExp(logits);
  std::vector<float> values;
  for (const float logit : logits)
    values.push_back(static_cast<float>(std::exp(static_cast<double>(logit) - sum)));
  return values;
}

}  // namespace bypath
