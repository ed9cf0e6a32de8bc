// What a data set gives without any network: the lines to read a curve by.
//
//   const ReconstructionLines lines = reconstructionLines(*data, data->test);
//   lines.floor, lines.meanImage   // in nats an image, of a VAE's reconstructions
#pragma once

#include "core/data/data_set.h"

namespace bypath {

// Bernoulli cross-entropy of pixels x in [0, 1], summed over an image, mean over a split.
struct ReconstructionLines {
  double floor = 0;      // of a perfect copy: -sum x ln x + (1-x) ln (1-x), since pixels are no bits
  double meanImage = 0;  // of the mean training image, whatever is shown
};

// Over the first `limit` images (0: all) of a split that has images; the mean image is that of all training
// images.
ReconstructionLines reconstructionLines(const DataSet& data, const Split& split, int64_t limit = 0);

// The accuracy of always naming the commonest class of those images.
double largestClassShare(const Split& split, int64_t limit = 0);

}  // namespace bypath
