#include "gui/data/set_image.h"

#include <algorithm>
#include <cmath>

namespace bypath {

namespace {

QImage::Format formatOf(const Shape& shape) {
  return shape[2] == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888;
}

}  // namespace

bool drawable(const DataSet& set) {
  return set.imageShape.rank() == 3 && (set.imageShape[2] == 1 || set.imageShape[2] == 3);
}

QImage imageOf(const DataSet& set, const Split& split, int64_t index) {
  const Shape& shape = set.imageShape;
  const auto width = static_cast<int>(shape[1]), height = static_cast<int>(shape[0]);
  const auto channels = static_cast<int>(shape[2]);
  return QImage(set.image(split, index).data(), width, height, width * channels, formatOf(shape)).copy();
}

QImage imageOf(const DataSet& set, Normalisation normalisation, const Batch& batch) {
  const Shape& shape = set.imageShape;
  const auto width = static_cast<size_t>(shape[1]), channels = static_cast<size_t>(shape[2]);
  QImage image(static_cast<int>(shape[1]), static_cast<int>(shape[0]), formatOf(shape));
  const float* from = batch.images.data();
  for (int y = 0; y < image.height(); ++y) {
    uchar* line = image.scanLine(y);
    for (size_t x = 0; x < width; ++x)
      for (size_t channel = 0; channel < channels; ++channel) {
        float unit = *from++;
        if (normalisation == Normalisation::standardise)
          unit = unit * set.deviation[channel] + set.mean[channel];
        *line++ = static_cast<uchar>(std::lround(std::clamp(unit, 0.0f, 1.0f) * 255));
      }
  }
  return image;
}

}  // namespace bypath
