// Pictures out, as PNG (libpng).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "core/base/result.h"

namespace bypath {

// height x width x channels bytes, row by row; 1 channel is grey, 3 are red, green, blue. Written atomically.
Result<void> writePng(const std::filesystem::path& path, int64_t width, int64_t height, int channels,
                      std::span<const uint8_t> pixels);

}  // namespace bypath
