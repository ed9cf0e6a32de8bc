// What a person asks of a trained variational autoencoder, and what comes back. Plain values, so that the
// page that asks knows neither the network nor the thread that answers.
#pragma once

#include <memory>
#include <QString>
#include <vector>

#include "core/data/data_set.h"
#include "core/training/feed.h"

namespace bypath {

struct LatentWalk {
  enum class Kind { between, axes };
  Kind kind = Kind::between;
  int64_t steps = 7;
  int64_t from = 0, to = 1;    // validation images, of `between`
  int64_t axis = 0, axes = 1;  // the first one and how many, of `axes`

  bool operator==(const LatentWalk&) const = default;
};

struct LatentRow {
  QString title;
  std::vector<FrameImage> images;
};

// A checkpoint that has been read and can be walked in.
struct LatentSource {
  QString run;  // as a person calls it
  int64_t step = 0;
  std::shared_ptr<const DataSet> data;
  int64_t images = 0;    // validation images that may be chosen
  int64_t measured = 0;  // images that the axes were found from
  int64_t latentSize = 0;
  std::vector<double> axisShare;  // of the variance of their codes, by falling share
};

}  // namespace bypath
