// Where tensors live: aligned memory, not zeroed, in huge pages where the system offers them. A step walks
// through hundreds of MiB; with pages of 4 KiB the processor spends much of its time looking up where they
// are.
#pragma once

#include <cstddef>
#include <memory>

namespace bypath {

inline constexpr size_t memoryAlignment = 64;

struct FreeMemory {
  void operator()(void* memory) const;
};
using TensorMemory = std::unique_ptr<std::byte, FreeMemory>;

// Empty when the system refuses.
TensorMemory takeMemory(size_t bytes);

}  // namespace bypath
