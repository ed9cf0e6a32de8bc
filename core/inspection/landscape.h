// The loss around a trained network's weights (Li 2018): along one random direction, or on a grid over two,
//
//   L(theta + alpha delta + beta eta)
//
// with directions as long in every filter as the filter itself (directions.h). Li 2018 measure the training
// loss of networks in evaluation mode, without moving what batch normalisation holds; this does the same on
// the first validation images: its scale, shift and running statistics stay as they are, and so do biases.
// Two networks are drawn from the same seed, each in its own directions, and compared on one scale.
//
//   Result<Landscape> map = landscape(*model, engine, layerCatalog(), {.data = set});
//   show(map->axis, map->loss);  // loss[row * columns + column]; a row for each beta, a column for each
//   alpha
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/data/data_set.h"
#include "core/engines/engine.h"
#include "core/training/averages.h"
#include "core/training/model.h"

namespace bypath {

struct LandscapeRequest {
  std::shared_ptr<const DataSet> data;  // its test images
  int64_t limit = 500;                  // only the first so many; 0: all
  int64_t points = 25;                  // along an axis; with an odd number the network itself is one
  double range = 1;                     // the axis is from -range to range, in lengths of the filters
  bool line = false;                    // along delta alone
  uint64_t seed = 1;                    // of the directions
  // Told the share done; ends it by saying false.
  std::function<bool(double)> progress{};
};

struct Landscape {
  std::vector<double> axis;      // alpha, and beta of a grid
  bool line = false;             // one row, at beta 0
  std::vector<double> loss;      // row by row; NaN: no value, for it is not a finite number
  std::vector<double> accuracy;  // alike; empty where the network has none
  NamedNumbers whole;            // of the network as it is
  int64_t images = 0;

  size_t columns() const { return axis.size(); }
  size_t rows() const { return line ? 1 : axis.size(); }
  double at(const std::vector<double>& values, size_t row, size_t column) const {
    return values[row * columns() + column];
  }
};

// The model stays as it is. Errors: points, a range or images that cannot be (usage, data); interrupted.
Result<Landscape> landscape(const Model& model, Engine& engine, const LayerCatalog& layers,
                            const LandscapeRequest& request);

// From the smallest value to the greatest of one or several landscapes, without what is no value; nothing
// where there is none.
struct ValueRange {
  double low = 0, high = 0;
  // Where a value lies, 0 to 1; on a logarithmic scale by powers, if all values are above 0.
  double share(double value, bool logarithmic) const;
  // The value of such a share.
  double value(double share, bool logarithmic) const;
};
std::optional<ValueRange> rangeOf(const std::vector<const std::vector<double>*>& values);

struct NamedLandscape {
  std::string name;
  const Landscape* landscape = nullptr;
};
// One row a point: run, alpha, beta, loss, accuracy. No value is an empty cell.
std::string landscapeCsv(const std::vector<NamedLandscape>& landscapes);

}  // namespace bypath
