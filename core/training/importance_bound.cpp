#include "core/training/importance_bound.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

namespace bypath {
namespace {

// log p(x|z) of a Bernoulli decoder, clipped as its loss is.
double logLikelihood(std::span<const uint8_t> pixels, const float* probability) {
  constexpr double smallest = 1e-7;
  double sum = 0;
  for (size_t i = 0; i < pixels.size(); ++i) {
    const double x = static_cast<double>(pixels[i]) / 255, p = static_cast<double>(probability[i]);
    sum += x * std::log(std::clamp(p, smallest, 1 - smallest)) +
           (1 - x) * std::log(std::clamp(1 - p, smallest, 1 - smallest));
  }
  return sum;
}

// log mean exp.
double logMean(const std::vector<double>& logs) {
  const double largest = *std::ranges::max_element(logs);
  double sum = 0;
  for (const double value : logs) sum += std::exp(value - largest);
  return largest + std::log(sum / static_cast<double>(logs.size()));
}

}  // namespace

ImportanceBound importanceBound(Autoencoder& vae, const DataSet& data, const Split& split, int64_t images,
                                int64_t samples, uint64_t seed, const std::function<bool(double)>& progress) {
  const int64_t size = vae.latentSize(), batch = vae.batch();
  const auto pixels = static_cast<size_t>(vae.imageShape().count());
  const uint32_t stream = streamOf("importance bound");
  std::vector<float> one(static_cast<size_t>(batch) * pixels), codes(static_cast<size_t>(batch * size));
  std::vector<double> ratios(static_cast<size_t>(batch));
  ImportanceBound result;
  for (int64_t i = 0; i < std::min(images, split.size()); ++i) {
    if (progress && !progress(static_cast<double>(i) / static_cast<double>(images))) break;
    const std::span<const uint8_t> image = data.image(split, i);
    std::ranges::transform(image, one.begin(), [](uint8_t level) { return static_cast<float>(level) / 255; });
    const LatentCodes code = vae.encode(one);
    std::vector<double> logs;
    double sum = 0;
    for (int64_t first = 0; first < samples; first += batch) {
      const int64_t valid = std::min(batch, samples - first);
      for (int64_t k = 0; k < valid; ++k) {
        double ratio = 0;  // log p(z) - log q(z|x)
        for (int64_t j = 0; j < size; ++j) {
          const auto at = static_cast<size_t>(j);
          const double logSigma = vae.logSigma(static_cast<double>(code.s[at]));
          const double noise = normalDouble({.seed = seed,
                                             .stream = stream,
                                             .step = static_cast<uint32_t>(i),
                                             .sample = static_cast<uint32_t>(first + k)},
                                            static_cast<uint32_t>(j));
          const double z = static_cast<double>(code.mean[at]) + std::exp(logSigma) * noise;
          codes[static_cast<size_t>(k * size + j)] = static_cast<float>(z);
          ratio += (noise * noise - z * z) / 2 + logSigma;
        }
        ratios[static_cast<size_t>(k)] = ratio;
      }
      const std::vector<float> decoded = vae.decode(codes);
      for (int64_t k = 0; k < valid; ++k) {
        const double value = logLikelihood(image, decoded.data() + static_cast<size_t>(k) * pixels) +
                             ratios[static_cast<size_t>(k)];
        logs.push_back(value);
        sum += value;
      }
    }
    result.bound += logMean(logs);
    result.elbo += sum / static_cast<double>(samples);
    ++result.images;
  }
  const auto count = static_cast<double>(std::max<int64_t>(1, result.images));
  result.bound /= count;
  result.elbo /= count;
  return result;
}

}  // namespace bypath
