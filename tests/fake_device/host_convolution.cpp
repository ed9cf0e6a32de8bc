#include "tests/fake_device/host_convolution.h"

#include <vector>

#include "core/engines/cuda/device/array.h"

namespace bypath {
namespace {

std::vector<double> read(const void* data, bool half, int64_t count) {
  const gpu::Array array{const_cast<void*>(data), half};
  std::vector<double> values(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) values[static_cast<size_t>(i)] = static_cast<double>(array.get(i));
  return values;
}

// (K,KH,KW,C) to (KH,KW,C,K), or back.
void turn(const ConvolutionCall& q, const std::vector<double>& from, std::vector<double>& to, bool there) {
  const size_t outer = static_cast<size_t>(q.kh) * static_cast<size_t>(q.kw) * static_cast<size_t>(q.c),
               filters = static_cast<size_t>(q.k);
  for (size_t k = 0; k < filters; ++k)
    for (size_t o = 0; o < outer; ++o) {
      if (there)
        to[o * filters + k] = from[k * outer + o];
      else
        to[k * outer + o] = from[o * filters + k];
    }
}

}  // namespace

void convolveOnHost(const ConvolutionCall& q) {
  const bool half = q.math == DeviceMath::bf16;
  const int64_t xs = int64_t{q.n} * q.h * q.w * q.c, ws = int64_t{q.k} * q.kh * q.kw * q.c,
                ys = int64_t{q.n} * q.oh * q.ow * q.k;
  const bool forward = q.part == ConvolutionPart::forward, input = q.part == ConvolutionPart::input;
  std::vector<double> x(static_cast<size_t>(xs)), w(static_cast<size_t>(ws)), y(static_cast<size_t>(ys));
  if (!input) x = read(q.x, half, xs);
  if (forward || input) w = read(q.weights, half, ws);
  if (!forward) y = read(q.y, half, ys);
  std::vector<double> turned(w.size());  // (KH,KW,C,K), so that the innermost loop is over neighbours
  turn(q, w, turned, true);
  for (int64_t n = 0; n < q.n; ++n)
    for (int64_t oh = 0; oh < q.oh; ++oh)
      for (int64_t ow = 0; ow < q.ow; ++ow)
        for (int64_t kh = 0; kh < q.kh; ++kh)
          for (int64_t kw = 0; kw < q.kw; ++kw) {
            const int64_t ih = oh * q.strideH - q.padH + kh, iw = ow * q.strideW - q.padW + kw;
            if (ih < 0 || ih >= q.h || iw < 0 || iw >= q.w) continue;
            double* in = &x[static_cast<size_t>(((n * q.h + ih) * q.w + iw) * q.c)];
            double* out = &y[static_cast<size_t>(((n * q.oh + oh) * q.ow + ow) * q.k)];
            double* tap = &turned[static_cast<size_t>((kh * q.kw + kw) * q.c * q.k)];
            for (int64_t c = 0; c < q.c; ++c, tap += q.k) {
              double sum = 0;
              if (forward)
                for (int64_t k = 0; k < q.k; ++k) out[k] += in[c] * tap[k];
              else if (input)
                for (int64_t k = 0; k < q.k; ++k) sum += out[k] * tap[k];
              else
                for (int64_t k = 0; k < q.k; ++k) tap[k] += in[c] * out[k];
              if (input) in[c] += sum;
            }
          }
  if (!forward && !input) turn(q, turned, w, false);
  const std::vector<double>& made = forward ? y : input ? x : w;
  const gpu::Array to{forward ? q.y : input ? q.x : q.weights, half};
  const auto* bias = static_cast<const float*>(q.bias);
  for (size_t i = 0; i < made.size(); ++i) {
    const auto at = static_cast<int64_t>(i);
    double value = made[i];
    if (q.addToResult) value += static_cast<double>(to.get(at));
    if (forward && bias) value += static_cast<double>(bias[at % q.k]);
    if (forward && q.relu && value < 0) value = 0;
    to.set(at, static_cast<float>(value));
  }
}

void multiplyOnHost(const MatmulCall& q) {
  const auto *a = static_cast<const float*>(q.a), *b = static_cast<const float*>(q.b);
  auto* c = static_cast<float*>(q.c);
  const auto rounded = [&](float value) {
    return static_cast<double>(q.math == DeviceMath::bf16 ? gpu::fromBf16(gpu::toBf16(value)) : value);
  };
  for (int64_t m = 0; m < q.m; ++m)
    for (int64_t n = 0; n < q.n; ++n) {
      double sum = 0;
      for (int64_t k = 0; k < q.k; ++k)
        sum += rounded(q.transposeA ? a[k * q.m + m] : a[m * q.k + k]) *
               rounded(q.transposeB ? b[n * q.k + k] : b[k * q.n + n]);
      c[m * q.n + n] = static_cast<float>(sum);
    }
}

}  // namespace bypath
