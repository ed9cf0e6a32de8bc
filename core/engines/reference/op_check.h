// Checks of one op on one of its examples: the shape rule against the reference, the gradient rule against
// finite differences, a kernel against the reference. The tests walk the catalog with these, and `bypath
// selfcheck` ships them.
//
//   for (const OpType* type : opCatalog())
//     for (const OpExample& example : type->examples())
//       OpCheck outcome = checkGradient(*type, example, seed);
#pragma once

#include <string>

#include "core/base/parallel.h"
#include "core/engines/kernel.h"
#include "core/ops/op_type.h"

namespace bypath {

struct OpCheck {
  bool passed = true;
  bool applies = true;  // false: there is nothing to check (no gradient rule, a kernel that refuses)
  double worst = 0;     // largest error, as a share of the largest value beside it
  double allowed = 0;
  std::string message;  // what failed or why it does not apply; empty otherwise
};

// The shape rule accepts the example, the reference stays inside the shapes it announced and fills them with
// numbers.
OpCheck checkReference(const OpType& type, const OpExample& example, uint64_t seed);

// Central differences of fourth order, in double precision, of a random weighting of output 0 in every
// differentiable input; of a large input a random selection of values is moved.
OpCheck checkGradient(const OpType& type, const OpExample& example, uint64_t seed);

// The kernel against the reference, with inputs apart and in each place the op may work in; the same bits
// with every number of threads; nothing written outside the outputs.
OpCheck checkKernel(const Kernel& kernel, const OpType& type, const OpExample& example, uint64_t seed);

}  // namespace bypath
