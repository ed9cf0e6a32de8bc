// The ten outlines of the built-in data set as signed distances: negative inside, in units of 1/1024 pixel.
// Whole numbers only (and the exactly rounded square root), so that every machine draws the same bits.
#pragma once

#include <cstdint>
#include <span>

namespace bypath {

inline constexpr int32_t unitsAPixel = 1024;

struct ShapePoint {
  int32_t x = 0;
  int32_t y = 0;
};

int32_t lengthOf(ShapePoint point);

struct ShapeClass {
  const char* name;
  // About the distance from `point` to the outline of a shape of that radius around the origin; |x|, |y| <
  // 2^17.
  int32_t (*distance)(ShapePoint point, int32_t radius);
};

std::span<const ShapeClass> shapeClasses();

}  // namespace bypath
