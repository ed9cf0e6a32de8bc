#include "core/engines/reference/example_values.h"

#include "core/base/random.h"

namespace bypath {

namespace {

bool contains(const std::vector<int>& list, int value) {
  return std::ranges::find(list, value) != list.end();
}

}  // namespace

std::vector<std::vector<double>> drawInputs(const OpType& type, const OpExample& example, uint64_t seed) {
  std::vector<std::vector<double>> inputs;
  for (int i = 0; i < static_cast<int>(example.inputs.size()); ++i) {
    const RandomKey key{
        .seed = seed, .stream = streamOf(type.id + "/" + example.name), .sample = static_cast<uint32_t>(i)};
    double low = example.low, high = example.high;
    if (contains(example.positiveInputs, i)) low = 0.1, high = 1;
    if (contains(example.unitInputs, i)) low = 0.05, high = 0.95;
    const bool isLabel = contains(example.labelInputs, i);
    std::vector<double>& values =
        inputs.emplace_back(static_cast<size_t>(example.inputs[static_cast<size_t>(i)].count()));
    for (uint32_t n = 0; n < values.size(); ++n)
      values[n] = isLabel ? uniformInteger(key, n, static_cast<uint32_t>(example.labelBound))
                          : static_cast<double>(static_cast<float>(low + (high - low) * uniform(key, n)));
  }
  if (example.derive) {
    std::vector<ReferenceTensor> tensors;
    for (size_t i = 0; i < inputs.size(); ++i) tensors.push_back({inputs[i], example.inputs[i]});
    example.derive(example.attributes, tensors);
  }
  return inputs;
}

std::vector<Guarded<double>> runReference(const OpType& type, const OpExample& example,
                                          const std::vector<Shape>& shapes,
                                          std::vector<std::vector<double>> inputs) {
  std::vector<ReferenceTensor> from, to;
  for (size_t i = 0; i < inputs.size(); ++i) from.push_back({inputs[i], example.inputs[i]});
  std::vector<Guarded<double>> outputs;
  outputs.reserve(shapes.size());
  for (const Shape& shape : shapes) outputs.emplace_back(static_cast<size_t>(shape.count()), 0.0);
  for (const auto& [output, input] : type.stateOutputs) {
    std::ranges::copy(inputs[static_cast<size_t>(input)],
                      outputs[static_cast<size_t>(output)].span().begin());
    from[static_cast<size_t>(input)].data = outputs[static_cast<size_t>(output)].span();
  }
  for (size_t o = 0; o < shapes.size(); ++o) to.push_back({outputs[o].span(), shapes[o]});
  type.reference({example.attributes, from, to, checkKey});
  return outputs;
}

}  // namespace bypath
