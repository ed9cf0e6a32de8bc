// What the class scores of one image say.
//
//   const double sum = logSumExp(logits);
//   double probability = std::exp(logits[k] - sum), crossEntropy = sum - logits[label];
#pragma once

#include <span>
#include <vector>

namespace bypath {

// In double, and without overflow. There must be a score.
double logSumExp(std::span<const float> logits);
// The class of the largest score, the first one on ties: what the metric "accuracy" compares with the label.
int likeliestClass(std::span<const float> logits);
std::vector<float> softmax(std::span<const float> logits);

}  // namespace bypath
