// Work cut by its size alone, never by the number of threads.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/parallel.h"

namespace bypath {

inline int64_t dividedUp(int64_t a, int64_t b) {
  return (a + b - 1) / b;
}
inline int64_t roundedUp(int64_t a, int64_t multiple) {
  return dividedUp(a, multiple) * multiple;
}

// [0, items) in `count` nearly even parts.
struct Chunks {
  int64_t items = 0;
  int64_t count = 1;

  // At least `least` items a part, at most `most` parts.
  static Chunks of(int64_t items, int64_t least, int64_t most) {
    return {items, std::clamp<int64_t>(items / std::max<int64_t>(least, 1), 1, most)};
  }
  int64_t begin(int64_t i) const { return items * i / count; }
  int64_t end(int64_t i) const { return begin(i + 1); }
  int64_t size(int64_t i) const { return end(i) - begin(i); }
  int64_t largest() const { return dividedUp(items, count); }
};

// body(begin, end) over floats or rows that each cost `cost` bytes of memory traffic.
template <class Body>
void forEachRange(Parallel& parallel, int64_t items, int64_t cost, Body&& body) {
  constexpr int64_t bytesWorthATask = 1 << 17;
  const Chunks chunks = Chunks::of(items, dividedUp(bytesWorthATask, std::max<int64_t>(cost, 1)), 1024);
  if (items > 0) parallel.forEach(chunks.count, [&](int64_t i) { body(chunks.begin(i), chunks.end(i)); });
}

// Whether a tensor of so many floats is too large to be found in the caches when it is read next.
inline bool outgrowsCache(int64_t floats) {
  constexpr int64_t cacheFloats = 4 << 20;  // half of a common third-level cache
  return floats > cacheFloats;
}

// Hands out 64-byte aligned pieces of a workspace; with a null base it only counts.
class WorkspaceLayout {
 public:
  explicit WorkspaceLayout(std::byte* base = nullptr) : base_(base) {}
  template <class T = float>
  T* take(int64_t count) {
    std::byte* at = base_ ? base_ + bytes_ : nullptr;
    bytes_ += static_cast<size_t>(roundedUp(count * static_cast<int64_t>(sizeof(T)), 64));
    return reinterpret_cast<T*>(at);
  }
  size_t bytes() const { return bytes_; }

 private:
  std::byte* base_;
  size_t bytes_ = 0;
};

}  // namespace bypath
