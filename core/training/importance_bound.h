// The importance-sampled bound of a VAE (Burda et al. 2016; the source author's later notebook): for every
// image
//
//   log p(x) >= log 1/n sum_k p(x|z_k) p(z_k) / q(z_k|x),   z_k drawn from q(z|x)
//
// which with n = 1 is the evidence lower bound and rises to log p(x) with n. In nats an image.
#pragma once

#include "core/training/autoencoder.h"

namespace bypath {

struct ImportanceBound {
  double bound = 0;  // mean of log p(x) as estimated
  double elbo = 0;   // from the same draws: mean of log p(x|z) + log p(z) - log q(z|x)
  int64_t images = 0;
};

// Over the first `images` of a split with `samples` draws each; q is what training draws from. The
// Autoencoder's batch divides the draws into runs. `progress` is told the share done and ends it early by
// saying false.
ImportanceBound importanceBound(Autoencoder& vae, const DataSet& data, const Split& split, int64_t images,
                                int64_t samples, uint64_t seed,
                                const std::function<bool(double)>& progress = {});

}  // namespace bypath
