// A batch normalisation that an op applies to x while it reads it, so that the normalised values need not be
// kept: with the attribute normalise its last four inputs are mean, inverse_std, scale, shift (C each), and x
// counts as scale * (x - mean) * inverse_std + shift, not below 0 with normalise_relu. Padding stays zero.
#pragma once

#include <vector>

#include "core/ops/op_type.h"
#include "core/ops/shape_check.h"

namespace bypath {

struct InputNorm {
  static constexpr size_t values = 4;

  static bool isIn(const OpAttributes& attributes) { return attributes.flag("normalise"); }
  // The inputs before the four.
  static size_t ownInputs(const OpAttributes& attributes, size_t inputs) {
    return isIn(attributes) ? inputs - values : inputs;
  }
  // The check of an op whose own inputs are `names`, of which the first `required` must be there.
  static ShapeCheck check(const OpCall& call, std::vector<const char*> names, size_t required);
  // Whether the four fit channels of x; true without the attribute.
  static bool fits(ShapeCheck& check, const OpCall& call);
  // For the reference: x as the op sees it.
  static std::vector<double> applied(const ReferenceRun& run);
  // An example of the op alone, with the four added.
  static OpExample example(OpExample of, std::string name, bool relu);
};

}  // namespace bypath
