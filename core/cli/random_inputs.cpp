#include "core/cli/random_inputs.h"

#include <vector>

#include "core/base/random.h"

namespace bypath {

void fillRandomInputs(const OpGraph& graph, int64_t classes, Session& session) {
  for (const ValueId id : graph.inputs) {
    const Value& value = graph.value(id);
    if (value.role == InputRole::seed) continue;
    std::vector<float> numbers(static_cast<size_t>(value.shape.count()));
    const RandomKey key{.seed = 1, .stream = streamOf(value.name)};
    for (size_t i = 0; i < numbers.size(); ++i)
      numbers[i] = value.role == InputRole::label
                       ? static_cast<float>(
                             uniformInteger(key, static_cast<uint32_t>(i), static_cast<uint32_t>(classes)))
                       : uniform(key, static_cast<uint32_t>(i));
    session.setInput(id, numbers);
  }
}

}  // namespace bypath
