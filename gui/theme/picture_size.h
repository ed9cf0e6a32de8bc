// How large a small picture is shown.
#pragma once

#include <algorithm>

namespace bypath {

inline constexpr int pictureSize = 64;

// Pixels for a picture so many pixels wide: near pictureSize, and a whole multiple, which keeps its own
// pixels square and sharp.
inline int sharpSize(int width) {
  return width > 0 ? width * std::max(1, pictureSize / width) : pictureSize;
}

}  // namespace bypath
