// One data set as the catalogue sees it. To add a data set: write a file with a function that returns its
// DataSource, declare it here, and add one line to the table in catalog.cpp.
#pragma once

#include "core/data/data_set.h"

namespace bypath {

using DataProgress = std::function<void(double)>;  // 0..1, one call at a time from any thread; may be empty

struct DataSource {
  DataSetEntry entry;
  // "ready", or a sentence on what is missing. dataDir is already resolved.
  std::string (*state)(const DataSetEntry& entry, const std::filesystem::path& dataDir);
  Result<std::shared_ptr<const DataSet>> (*open)(const DataSetEntry& entry,
                                                 const std::filesystem::path& dataDir,
                                                 const DataProgress& progress);
};

DataSource shapesSource();
DataSource cifar10Source();

// `given`, or else BYPATH_DATA_DIR, $XDG_DATA_HOME/bypath/data, ~/.local/share/bypath/data.
std::filesystem::path dataFolder(const std::filesystem::path& given);

// A set with the entry's name, summary, shape and classes, and no images yet.
DataSet emptyDataSet(const DataSetEntry& entry);
// Fills mean and deviation from the training pixels (the population's deviation over every pixel of a
// channel). A constant channel gets the deviation of one grey level, so that dividing by it stays finite.
void measureChannels(DataSet& set);

}  // namespace bypath
