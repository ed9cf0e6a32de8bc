// A data set in memory: 8-bit pixels and labels, train and test. Immutable, shared.
//
//   Result<std::shared_ptr<const DataSet>> set = openDataSet("cifar10", "/data");
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/shape.h"

namespace bypath {

struct Split {
  std::vector<uint8_t> pixels;  // N images, each H*W*C bytes, NHWC
  std::vector<uint8_t> labels;  // N
  int64_t size() const { return static_cast<int64_t>(labels.size()); }
};

struct DataSet {
  std::string name;
  std::string summary;
  Shape imageShape;  // (H, W, C)
  std::vector<std::string> classes;
  Split train;
  Split test;
  // Per-channel mean and standard deviation of the training pixels / 255.
  std::vector<float> mean;
  std::vector<float> deviation;

  std::span<const uint8_t> image(const Split& split, int64_t index) const {
    const auto size = static_cast<size_t>(imageShape.count());
    return {split.pixels.data() + static_cast<size_t>(index) * size, size};
  }
};

// What the catalogue knows before anything is opened.
struct DataSetEntry {
  std::string name;
  std::string summary;
  Shape imageShape;
  std::vector<std::string> classes;
  bool builtIn = false;
  std::string folder;  // what --data-dir must hold; empty when built in
};
const std::vector<DataSetEntry>& dataCatalog();
// "ready", or a sentence on what is missing and how to get it.
std::string dataState(const DataSetEntry& entry, const std::filesystem::path& dataDir);

// Opens by name. An empty dataDir looks in BYPATH_DATA_DIR, then $XDG_DATA_HOME/bypath/data. Errors name the
// file, the size or label found and the one expected. progress (0..1, may be empty) is called while a set is
// made or read.
Result<std::shared_ptr<const DataSet>> openDataSet(const std::string& name,
                                                   const std::filesystem::path& dataDir,
                                                   const std::function<void(double)>& progress = {});

// The built-in set: coloured 32x32 shapes, 10 classes, made by the program, the same bits everywhere.
std::shared_ptr<const DataSet> makeShapes(int64_t trainSize = 10000, int64_t testSize = 2000);

}  // namespace bypath
