#include "core/inspection/draws.h"

#include <numeric>

namespace bypath {

std::vector<size_t> drawSome(size_t n, size_t count, const RandomKey& key) {
  std::vector<size_t> order(n);
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t i = 0; i < count; ++i)
    std::swap(order[i],
              order[i + uniformInteger(key, static_cast<uint32_t>(i), static_cast<uint32_t>(n - i))]);
  order.resize(count);
  return order;
}

}  // namespace bypath
