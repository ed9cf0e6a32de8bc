// Random choices that follow from a key alone.
//
//   const std::vector<size_t> some = drawSome(54, 10, {.seed = 1, .stream = streamOf("lesion"), .step = 3});
#pragma once

#include <vector>

#include "core/base/random.h"

namespace bypath {

// `count` different numbers of 0 ... n - 1, in the order drawn.
std::vector<size_t> drawSome(size_t n, size_t count, const RandomKey& key);

}  // namespace bypath
