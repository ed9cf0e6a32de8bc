// Where a variational autoencoder puts its images: the latent means of validation images, seen along the
// directions in which they differ most (principal component analysis).
//
//   Result<LatentPoints> points = latentPoints(*model, engine, layerCatalog(), {.data = set});
//   for (int64_t n = 0; n < points->images; ++n) draw(points->at(n, 0), points->at(n, 1), points->labels[n]);
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/data/data_set.h"
#include "core/engines/engine.h"
#include "core/training/model.h"

namespace bypath {

struct LatentRequest {
  std::shared_ptr<const DataSet> data;  // its test images
  int64_t limit = 0;                    // only the first so many; 0: all
  int64_t axes = 3;                     // at most
  // Told the share done; ends it by saying false.
  std::function<bool(double)> progress{};
};

struct LatentPoints {
  std::vector<std::string> classes;
  int64_t images = 0;
  int64_t latentSize = 0;
  int64_t axes = 0;                // found: no more than the code has numbers
  std::vector<double> deviation;   // standard deviation along each axis
  std::vector<double> share;       // of the variance along all directions
  std::vector<int> labels;         // by image
  std::vector<float> coordinates;  // images x axes, from the mean of all

  float at(int64_t image, int64_t axis) const {
    return coordinates[static_cast<size_t>(image * axes + axis)];
  }
};

// Errors: the network is no autoencoder; images that do not fit; interrupted.
Result<LatentPoints> latentPoints(const Model& model, Engine& engine, const LayerCatalog& layers,
                                  const LatentRequest& request);

}  // namespace bypath
