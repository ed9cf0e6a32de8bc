// Paints one image of the built-in data set: a shape of random place, size, turn and colour on a shaded,
// grainy ground, at times with specks behind it and a bar across it.
#pragma once

#include <cstdint>

#include "core/base/random.h"

namespace bypath {

inline constexpr int32_t shapeImageSize = 32;
inline constexpr int32_t shapeImageBytes = shapeImageSize * shapeImageSize * 3;

// Writes shapeImageBytes bytes (H, W, C). The image is a function of (key, shapeClass) alone.
void paintShape(const RandomKey& key, int shapeClass, uint8_t* out);

}  // namespace bypath
