// How alike the gradients at neighbouring inputs are (Balduzzi 2017, "The shattered gradients problem").
// Along a straight line from one validation image to another, the gradient g(t) of an output unit with
// respect to the image is taken at every point; its autocorrelation over a lag of k points is
//
//   R(k) = sum_t <g(t) - m, g(t + k) - m> / sum_t |g(t) - m|^2,    m: the mean gradient of the line
//
// averaged over lines and units. In a plain network the gradients turn into white noise with depth, R falling
// at once like 2^-depth; shortcuts with batch normalisation keep it falling slowly, like 1 / sqrt(depth).
//
//   Result<Shattered> result = shatteredGradients(*model, engine, layerCatalog(), {.data = set});
//   show(result->correlation);  // by lag, from 0
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/data/data_set.h"
#include "core/engines/engine.h"
#include "core/training/model.h"

namespace bypath {

struct ShatteredRequest {
  std::shared_ptr<const DataSet> data;  // its test images
  int64_t points = 256;                 // on a line, one batch
  int64_t lines = 4;                    // between images drawn at random
  int64_t units = 2;                    // of the output, drawn for each line
  uint64_t seed = 1;                    // of what is drawn
  // Normalises with the statistics of the line's own points, as in training, instead of the running ones: for
  // networks that have not been trained. Dropout is at work then, too.
  bool batchStatistics = false;
  // Told the share done; ends it by saying false.
  std::function<bool(double)> progress{};
};

struct Shattered {
  std::vector<double> correlation;  // by lag, 0 to a quarter of the points; lag 0 is 1
  double neighbours = 0;            // mean cosine of the gradients at a point and the next
  int64_t lines = 0, units = 0;
};

// The model stays as it is. A network that draws a latent vector is looked at up to that vector's mean.
// Errors: images that do not fit, no output (data); fewer than 8 points (usage); no memory; interrupted.
Result<Shattered> shatteredGradients(const Model& model, Engine& engine, const LayerCatalog& layers,
                                     const ShatteredRequest& request);

// Of vectors of `size` numbers one after another; all 1 where they are all the same.
std::vector<double> autocorrelation(std::span<const float> vectors, size_t size, size_t lags);
// Mean cosine of each vector and the next, without those that are zero.
double neighbourCosine(std::span<const float> vectors, size_t size);

}  // namespace bypath
