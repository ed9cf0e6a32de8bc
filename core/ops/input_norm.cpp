#include "core/ops/input_norm.h"

#include <algorithm>

namespace bypath {

ShapeCheck InputNorm::check(const OpCall& call, std::vector<const char*> names, size_t required) {
  if (isIn(call.attributes)) {
    const size_t own = call.inputs.size() < values ? 0 : call.inputs.size() - values;
    if (own >= required && own < names.size()) names.resize(own);
    names.insert(names.end(), {"mean", "inverse_std", "scale", "shift"});
    required = names.size();
  }
  return {call, std::move(names), required};
}

bool InputNorm::fits(ShapeCheck& check, const OpCall& call) {
  const size_t own = ownInputs(call.attributes, call.inputs.size());
  for (size_t i = own; i < call.inputs.size(); ++i)
    if (!check.shapeIs(i, {call.inputs[0].last()})) return false;
  return true;
}

std::vector<double> InputNorm::applied(const ReferenceRun& run) {
  std::vector<double> x(run.inputs[0].data.begin(), run.inputs[0].data.end());
  if (!isIn(run.attributes)) return x;
  const auto four = run.inputs.last(values);
  const bool relu = run.attributes.flag("normalise_relu");
  const auto channels = static_cast<size_t>(run.inputs[0].shape.last());
  for (size_t i = 0; i < x.size(); ++i) {
    const size_t c = i % channels;
    x[i] = four[2].data[c] * (x[i] - four[0].data[c]) * four[1].data[c] + four[3].data[c];
    if (relu) x[i] = std::max(x[i], 0.0);
  }
  return x;
}

OpExample InputNorm::example(OpExample of, std::string name, bool relu) {
  of.name = std::move(name);
  of.attributes.set("normalise", 1);
  if (relu) of.attributes.set("normalise_relu", 1);
  const int inverseStd = static_cast<int>(of.inputs.size()) + 1;
  of.inputs.insert(of.inputs.end(), values, Shape{of.inputs[0].last()});
  of.positiveInputs.push_back(inverseStd);
  return of;
}

}  // namespace bypath
