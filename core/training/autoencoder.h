// A trained variational autoencoder, its two halves run alone: images to the Gaussians of their codes, codes
// to images.
//
//   Result<Autoencoder> vae = Autoencoder::open(place, 64);
//   const LatentCodes codes = vae->encode(batch.images);   // of 64 images
//   std::vector<float> images = vae->decode(codes.mean);    // 64 x H x W x C, in [0, 1]
#pragma once

#include <functional>
#include <vector>

#include "core/data/data_set.h"
#include "core/training/network_session.h"

namespace bypath {

struct LatentCodes {  // row by row, a row an image
  std::vector<float> mean;
  std::vector<float> s;  // what the encoder says of the variance; see Autoencoder::logSigma
};

class Autoencoder {
 public:
  // For `batch` images or codes at a time. Errors: the network is none: a gaussian_sample between an encoder
  // part with two outputs and a decoder part.
  static Result<Autoencoder> open(const NetworkPlace& place, int64_t batch);

  int64_t batch() const { return encoder_.batch(); }
  int64_t latentSize() const { return latentSize_; }
  const Shape& imageShape() const { return imageShape_; }  // H x W x C
  // batch x H x W x C, x/255.
  LatentCodes encode(std::span<const float> images);
  // batch x latentSize.
  std::vector<float> decode(std::span<const float> codes);
  // Of the Gaussian that training draws from: s itself with faithful sampling, s / 2 with correct.
  double logSigma(double s) const { return faithful_ ? s : s / 2; }

 private:
  Autoencoder(NetworkSession encoder, NetworkSession decoder, bool faithful);

  NetworkSession encoder_, decoder_;
  bool faithful_;
  int64_t latentSize_ = 0;
  Shape imageShape_;
};

// Whether open() finds its two parts; nothing is compiled to see that.
bool isAutoencoder(const NetworkSpec& network);

// Told the share done; false ends the work early, and what there is by then is returned.
using LatentProgress = std::function<bool(double)>;

// Codes of the first `count` images of a split, means alone: count x latentSize.
std::vector<float> encodeMeans(Autoencoder& vae, const DataSet& data, const Split& split, int64_t count,
                               const LatentProgress& progress = {});
// The same of one image. Errors: a number that the split has not.
Result<std::vector<float>> codeOf(Autoencoder& vae, const DataSet& data, const Split& split, int64_t index);
// Any number of codes, a batch at a time: count x H x W x C, in [0, 1].
std::vector<float> decodeAll(Autoencoder& vae, std::span<const float> codes,
                             const LatentProgress& progress = {});

// `count` codes from the standard normal, the same for the same seed: count x size.
std::vector<float> normalCodes(uint64_t seed, int64_t count, int64_t size);
// `steps` codes on the straight way from one to another, both ends included.
std::vector<float> interpolated(std::span<const float> from, std::span<const float> to, int64_t steps);

// The directions in which codes differ most, by principal component analysis.
struct PrincipalAxes {
  std::vector<double> mean;                    // latentSize
  std::vector<std::vector<double>> direction;  // of length 1, by falling deviation
  std::vector<double> deviation;               // standard deviation along it
  std::vector<double> share;                   // of the variance along all directions
};
PrincipalAxes principalAxes(std::span<const float> codes, int64_t size, int64_t axes);
// From -reach to +reach deviations along one axis around the mean: steps x latentSize.
std::vector<float> traversal(const PrincipalAxes& axes, int64_t axis, int64_t steps, double reach);

}  // namespace bypath
