// Element-wise loops over contiguous floats. Serial, for one thread.
#pragma once

#include <cstdint>

namespace bypath {

enum class Unary { relu, elu, sigmoid, tanh, scale };
// The backward ones take (y, dy), the result of the forward function and its gradient.
enum class Binary {
  reluBackward,
  eluBackward,
  sigmoidBackward,
  tanhBackward,
  add,
  addRelu,
  multiply,
  maximum
};

// y may be x; parameter is elu's alpha or the scale's factor.
void mapSpan(Unary function, float parameter, const float* x, float* y, int64_t count);
// y may be a or b. With pastCache an aligned y, which then is neither, is written past the caches.
void mapSpans(Binary function, float parameter, const float* a, const float* b, float* y, int64_t count,
              bool pastCache = false);

// y[i] = parts[i] + parts[stride + i] + ..., in this order.
void sumParts(const float* parts, int64_t stride, int64_t numberOfParts, float* y, int64_t count);

// One tap of maximum pooling, backward: where x is the maximum y, what is left of the gradient goes to dx,
// and nothing is left for later taps.
void takeMaximumSpan(const float* x, const float* y, float* left, float* dx, int64_t count);

double dotSpan(const float* a, const float* b, int64_t count);

// Binary cross-entropy of probabilities clipped to [1e-7, 1 - 1e-7], in nats, summed.
double bernoulliLossSpan(const float* probability, const float* target, int64_t count);
// Its gradient in the probability times `factor`; zero where clipped.
void bernoulliGradientSpan(const float* probability, const float* target, float factor, float* gradient,
                           int64_t count);

}  // namespace bypath
