// What a reconstruction of a data set costs at best and without any network, in nats an image: the lines to
// read a VAE's curve by.
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

}  // namespace bypath
