// The safetensors file format: u64 header length, JSON header padded to 8 bytes, contiguous data. Written
// with a sorted header, no holes, and a SHA-256 of every tensor in __metadata__ ("sha256:<name>"), which
// reading checks.
//
//   SafetensorsFile file;  file.metadata["format"] = "bypath-checkpoint";
//   file.tensors["fc/weight"] = {DataType::f32, {64, 10}, bytes};
//   Result<void> done = writeSafetensors(path, file);
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace bypath {

enum class DataType { f32, i64, f64 };

struct StoredTensor {
  DataType type = DataType::f32;
  std::vector<int64_t> shape;
  std::vector<std::byte> bytes;  // little-endian, C order

  static StoredTensor fromFloats(std::vector<int64_t> shape, const float* data);
  static StoredTensor fromIntegers(std::vector<int64_t> shape, const int64_t* data);
  int64_t count() const;
};

struct SafetensorsFile {
  std::map<std::string, std::string> metadata;
  std::map<std::string, StoredTensor> tensors;
};

// Atomic: the target is the old file or the new one, never part of either.
Result<void> writeSafetensors(const std::filesystem::path& path, const SafetensorsFile& file);
// Refuses overlaps, holes, unknown types, sizes that do not match, and a wrong checksum where one is stored.
Result<SafetensorsFile> readSafetensors(const std::filesystem::path& path,
                                        uint64_t maximumBytes = 16ull << 30);

// The metadata alone, without the checksums; quick, however large the file. The tensors are not looked at.
Result<std::map<std::string, std::string>> readSafetensorsMetadata(const std::filesystem::path& path);

}  // namespace bypath
