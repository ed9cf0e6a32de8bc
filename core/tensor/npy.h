// NumPy's .npy files: float32 little-endian in C order in and out; integer and float64 arrays are read as
// float32.
#pragma once

#include <filesystem>
#include <vector>

#include "core/base/result.h"

namespace bypath {

struct NpyArray {
  std::vector<int64_t> shape;
  std::vector<float> values;
};

Result<NpyArray> readNpy(const std::filesystem::path& path, uint64_t maximumBytes = 4ull << 30);
Result<void> writeNpy(const std::filesystem::path& path, const NpyArray& array);

}  // namespace bypath
