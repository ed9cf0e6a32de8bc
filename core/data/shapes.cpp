// The built-in set, for a first run without any download.
#include <algorithm>

#include "core/base/parallel.h"
#include "core/data/data_source.h"
#include "core/data/shape_outlines.h"
#include "core/data/shape_painter.h"

namespace bypath {
namespace {

// Part of what the set is: another seed would be another set.
constexpr uint64_t shapesSeed = 1;
constexpr int64_t standardTrainSize = 10'000;
constexpr int64_t standardTestSize = 2'000;

// The classes take turns, so that the first images of a split show all of them.
void paintSplit(Parallel& parallel, const char* stream, Split& split,
                const std::function<void(int64_t)>& painted) {
  constexpr int64_t imagesAtOnce = 500;
  const auto classes = static_cast<int64_t>(shapeClasses().size());
  const int64_t size = split.size();
  for (int64_t first = 0; first < size; first += imagesAtOnce) {
    const int64_t count = std::min(imagesAtOnce, size - first);
    parallel.forEach(count, [&](int64_t i) {
      const int64_t image = first + i;
      const int label = static_cast<int>(image % classes);
      const RandomKey key{
          .seed = shapesSeed, .stream = streamOf(stream), .step = 0, .sample = static_cast<uint32_t>(image)};
      split.labels[static_cast<size_t>(image)] = static_cast<uint8_t>(label);
      paintShape(key, label, split.pixels.data() + image * shapeImageBytes);
    });
    painted(count);
  }
}

std::shared_ptr<const DataSet> paintSet(const DataSetEntry& entry, int64_t trainSize, int64_t testSize,
                                        const DataProgress& progress) {
  auto set = std::make_shared<DataSet>(emptyDataSet(entry));
  Parallel parallel;
  int64_t done = 0;
  const auto painted = [&](int64_t images) {
    done += images;
    if (progress) progress(static_cast<double>(done) / static_cast<double>(trainSize + testSize));
  };
  const auto paint = [&](Split& split, int64_t size, const char* stream) {
    split.labels.resize(static_cast<size_t>(size));
    split.pixels.resize(static_cast<size_t>(size * shapeImageBytes));
    paintSplit(parallel, stream, split, painted);
  };
  paint(set->train, trainSize, "shapes/train");
  paint(set->test, testSize, "shapes/test");
  measureChannels(*set);
  return set;
}

std::string state(const DataSetEntry&, const std::filesystem::path&) {
  return "ready";
}

Result<std::shared_ptr<const DataSet>> open(const DataSetEntry& entry, const std::filesystem::path&,
                                            const DataProgress& progress) {
  return paintSet(entry, standardTrainSize, standardTestSize, progress);
}

}  // namespace

DataSource shapesSource() {
  DataSetEntry entry{
      .name = "shapes",
      .summary = "Shapes: 12,000 coloured 32x32 pictures in 10 classes, painted by the program",
      .imageShape = {shapeImageSize, shapeImageSize, 3},
      .classes = {},
      .builtIn = true,
      .folder = ""};
  for (const ShapeClass& shape : shapeClasses()) entry.classes.emplace_back(shape.name);
  return {std::move(entry), state, open};
}

std::shared_ptr<const DataSet> makeShapes(int64_t trainSize, int64_t testSize) {
  return paintSet(shapesSource().entry, trainSize, testSize, {});
}

}  // namespace bypath
