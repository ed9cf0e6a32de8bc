// All filters of a step in one launch: weights to the library's layout before it, gradients back behind it.
#pragma once

#include "core/engines/cuda/device/convolution.h"

namespace bypath::gpu {

struct FilterEntry {
  Array weights, filter;  // (KH,KW,C,K) and (K,KH,KW,C)
  FilterLayout layout;
  int64_t first;  // the number of its first tile among those of all entries
};

// The entry that tile i belongs to.
BYPATH_DEVICE const FilterEntry& entryOf(const FilterEntry* entries, int32_t count, int64_t i) {
  int32_t low = 0, high = count;
  while (high - low > 1) {
    const int32_t middle = low + (high - low) / 2;
    if (entries[middle].first <= i)
      low = middle;
    else
      high = middle;
  }
  return entries[low];
}

// One call a tile of any entry.
struct FiltersToDevice {
  const FilterEntry* entries;
  int32_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const FilterEntry& entry = entryOf(entries, count, i);
    FilterToDevice{entry.weights, entry.filter, entry.layout}(i - entry.first);
  }
};
struct FiltersFromDevice {
  const FilterEntry* entries;
  int32_t count;

  BYPATH_DEVICE void operator()(int64_t i) const {
    const FilterEntry& entry = entryOf(entries, count, i);
    FilterFromDevice{entry.filter, entry.weights, entry.layout}(i - entry.first);
  }
};

#define BYPATH_FILTERS_MAPS(X) X(FiltersToDevice) X(FiltersFromDevice)
#define BYPATH_FILTERS_REDUCTIONS(X)

}  // namespace bypath::gpu
