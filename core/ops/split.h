// The attribute `split` of ops that add one more gradient, `plus`, to what they compute: a further output
// tells the two apart, so that a gradient's share through a shortcut can be watched without an op of its own.
// Output 0 is always wanted then.
#pragma once

#include <cstdint>
#include <span>

namespace bypath {

inline constexpr int64_t splitValues = 3;  // sum of plus^2, of rest^2, of plus * rest

// For references: adds one place's two parts.
inline void addSplit(double plus, double rest, std::span<double> sums) {
  sums[0] += plus * plus;
  sums[1] += rest * rest;
  sums[2] += plus * rest;
}

}  // namespace bypath
