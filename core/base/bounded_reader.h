// Reads files that may be anything: only regular files, never more than a stated size, with errors that name
// the file and say what was wrong.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace bypath {

class BoundedReader {
 public:
  // Refuses anything that is not a regular file and any file larger than maximumBytes.
  static Result<BoundedReader> open(const std::filesystem::path& path, uint64_t maximumBytes);
  BoundedReader(BoundedReader&& other) noexcept;
  BoundedReader& operator=(BoundedReader&&) = delete;
  ~BoundedReader();

  uint64_t size() const { return size_; }
  uint64_t remaining() const { return size_ - position_; }
  // Exactly `bytes` bytes into `out`, or an error that says how many were missing.
  Result<void> read(void* out, uint64_t bytes);
  Result<void> seek(uint64_t position);
  const std::filesystem::path& path() const { return path_; }

 private:
  BoundedReader(std::filesystem::path path, int descriptor, uint64_t size);

  std::filesystem::path path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
  uint64_t position_ = 0;
};

Result<std::string> readTextFile(const std::filesystem::path& path, uint64_t maximumBytes);

struct JsonLimits {
  uint64_t bytes = 64u << 20;
  int depth = 64;
  uint64_t values = 4'000'000;
};
// Parses JSON with bounds on depth and number of values; duplicate keys are refused. `origin` names the
// source in errors.
Result<nlohmann::json> parseJson(std::string_view text, const std::string& origin,
                                 const JsonLimits& limits = {});
Result<nlohmann::json> readJsonFile(const std::filesystem::path& path, const JsonLimits& limits = {});

}  // namespace bypath
