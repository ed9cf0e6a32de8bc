#include "core/tensor/memory.h"

#include <cstdlib>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace bypath {

namespace {

constexpr size_t hugePage = size_t{2} << 20;
constexpr size_t worthHugePages = 2 * hugePage;

size_t roundedUp(size_t bytes, size_t multiple) {
  return (bytes + multiple - 1) / multiple * multiple;
}

}  // namespace

void FreeMemory::operator()(void* memory) const {
  std::free(memory);
}

TensorMemory takeMemory(size_t bytes) {
  const bool large = bytes >= worthHugePages;
  const size_t alignment = large ? hugePage : memoryAlignment;
  if (bytes > size_t(-1) - alignment) return nullptr;
  const size_t size = roundedUp(bytes ? bytes : 1, alignment);
  TensorMemory memory(static_cast<std::byte*>(std::aligned_alloc(alignment, size)));
#ifdef __linux__
  // A wish: without huge pages the memory is as good, only slower.
  if (memory && large) static_cast<void>(madvise(memory.get(), size, MADV_HUGEPAGE));
#endif
  return memory;
}

}  // namespace bypath
