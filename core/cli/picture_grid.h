// Many small pictures of one size as one PNG, on white.
//
//   writeGrid("grid.png", images, {32, 32, 3}, 10);   // ten a row
#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/tensor/shape.h"

namespace bypath {

// Pictures in [0, 1], row by row; shape is H x W x C of one, C 1 or 3. `zoom` makes each value a square of so
// many pixels.
Result<void> writeGrid(const std::string& path, const std::vector<float>& images, const Shape& shape,
                       int64_t columns, int64_t zoom = 1);
// The same of bytes.
Result<void> writeGrid(const std::string& path, const std::vector<uint8_t>& images, const Shape& shape,
                       int64_t columns, int64_t zoom = 1);

}  // namespace bypath
