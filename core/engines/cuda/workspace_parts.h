// A workspace cut into parts.
//
//   WorkspaceParts parts(run.workspace);
//   void* sums = parts.take(bytes);   // sizeOf(bytes) of the workspace
#pragma once

#include <cstddef>
#include <cstdint>

namespace bypath {

// One after the other, at multiples of 256 bytes from the start; null for a part of no bytes.
class WorkspaceParts {
 public:
  explicit WorkspaceParts(std::byte* start) : next_(start) {}
  void* take(uint64_t bytes) {
    std::byte* const part = next_;
    next_ += sizeOf(bytes);
    return bytes > 0 ? part : nullptr;
  }
  static uint64_t sizeOf(uint64_t bytes) { return (bytes + 255) / 256 * 256; }

 private:
  std::byte* next_;
};

}  // namespace bypath
