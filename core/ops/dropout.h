// What dropout multiplies by, shared by its reference, its kernels and the layers that ask for it.
//
//   const DropoutNumbers numbers = DropoutNumbers::of(attributes, x.shape);
//   // value i of group g is multiplied by random number i % numbers.each of that group
#pragma once

#include "core/base/random.h"
#include "core/ops/op_type.h"

namespace bypath {

// How far one random number reaches. Those of a sample follow its number in the data's order; those of a
// weight and of a step are the same for every sample and micro-batch of the step.
enum class DropoutReach {
  value,    // each value of each sample has its own (Srivastava 2014)
  channel,  // all pixels of a channel of a sample share one (Tompson 2015)
  sample,   // all values of a sample share one
  weight,   // x is no batch: each of its values has its own (DropConnect, Wan 2013)
  step      // one for all (stochastic depth, Huang 2016)
};

// Random numbers in groups of one key each. A group is a sample, or all of x.
struct DropoutNumbers {
  DropoutReach reach = DropoutReach::value;
  int64_t groups = 1;
  int64_t each = 1;  // numbers of a group

  static DropoutNumbers of(const OpAttributes& attributes, const Shape& shape);
  RandomKey key(const OpAttributes& attributes, const StepKey& step, int64_t group) const;
};

// With "normal" noise the factor is normal with mean 1 and this standard deviation, sqrt(rate / (1 - rate)),
// which is that of a kept-or-dropped value divided by 1 - rate (Srivastava 2014, section 10).
double dropoutDeviation(double rate);

}  // namespace bypath
