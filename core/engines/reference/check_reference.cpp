#include <cmath>

#include "core/engines/reference/example_values.h"
#include "core/engines/reference/op_check.h"

namespace bypath {

OpCheck checkReference(const OpType& type, const OpExample& example, uint64_t seed) {
  const Result<std::vector<Shape>> shapes =
      type.shapes({.attributes = example.attributes, .inputs = example.inputs});
  if (!shapes) return {.passed = false, .message = "the shape rule refuses: " + shapes.error().message};
  const std::vector<Guarded<double>> outputs =
      runReference(type, example, *shapes, drawInputs(type, example, seed));
  for (size_t o = 0; o < outputs.size(); ++o) {
    const std::span<const double> values = outputs[o].span();
    const std::string name = "output " + std::to_string(o) + " of " + (*shapes)[o].text();
    if (!outputs[o].intact()) return {.passed = false, .message = "the reference writes outside " + name};
    if (!std::ranges::all_of(values, [](double x) { return std::isfinite(x); }))
      return {.passed = false, .message = name + " has values that are not finite"};
    if (std::ranges::all_of(values, [](double x) { return x == 0; }))
      return {.passed = false, .message = name + " is nothing but zeros"};
  }
  return {};
}

}  // namespace bypath
