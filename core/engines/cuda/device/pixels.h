// The way from the number of a call to a place in images (N,H,W,C), with as few divisions as it takes.
#pragma once

#include "core/engines/cuda/device/array.h"

namespace bypath::gpu {

// i / by and i % by, in 32 bits where both fit; neither is negative, by is not zero.
struct Divided {
  int64_t quotient, rest;
};
BYPATH_DEVICE Divided divided(int64_t i, int64_t by) {
  if (((i | by) >> 32) == 0) {
    const auto small = static_cast<uint32_t>(i), divisor = static_cast<uint32_t>(by);
    return {small / divisor, small % divisor};
  }
  return {i / by, i % by};
}

// Values that one call takes together: four channels, or a single one where channels do not come in fours.
// Indices count such units.
struct Lanes {
  int32_t width = 1;  // 4 or 1

  BYPATH_DEVICE Four read(const Array& from, int64_t unit) const {
    if (width == 4) return from.four(unit, 4 * unit + 4);
    return {{from.get(unit), 0, 0, 0}};
  }
  BYPATH_DEVICE void write(const Array& to, int64_t unit, const Four& values) const {
    if (width == 4)
      to.setFour(unit, 4 * unit + 4, values);
    else
      to.set(unit, values.value[0]);
  }
};

// Four together where all of these counts are multiples of four.
template <class... Counts>
constexpr Lanes lanesOf(Counts... counts) {
  return {((counts % 4 == 0) && ...) ? 4 : 1};
}

// Where unit i of a tensor (N, height, width, units) lies.
struct Place {
  int64_t image;
  int32_t row, column, unit;
};
BYPATH_DEVICE Place placeOf(int64_t i, int32_t height, int32_t width, int32_t units) {
  const Divided pixel = divided(i, units);
  const Divided line = divided(pixel.quotient, width);
  const Divided image = divided(line.quotient, height);
  return {image.quotient, static_cast<int32_t>(image.rest), static_cast<int32_t>(line.rest),
          static_cast<int32_t>(pixel.rest)};
}

}  // namespace bypath::gpu
