#include "core/engines/cpu/reference_kernel.h"

#include <algorithm>
#include <vector>

#include "core/engines/cpu/chunks.h"

namespace bypath {

int ReferenceKernel::stateInput(int output) const {
  for (const auto& [state, input] : type_.stateOutputs)
    if (state == output) return input;
  return -1;
}

size_t ReferenceKernel::workspaceBytes(const OpCall& call, int) const {
  WorkspaceLayout layout;
  for (const Shape& shape : call.inputs) layout.take<double>(shape.count());
  for (const Shape& shape : call.outputs) layout.take<double>(shape.count());
  return layout.bytes();
}

void ReferenceKernel::run(const KernelRun& run) const {
  WorkspaceLayout layout(run.workspace);
  const auto place = [&](const Shape& shape) {
    return ReferenceTensor{{layout.take<double>(shape.count()), static_cast<size_t>(shape.count())}, shape};
  };
  std::vector<ReferenceTensor> inputs, outputs;
  for (const TensorView<const float>& input : run.inputs) {
    inputs.push_back(place(input.shape));
    std::copy(input.span().begin(), input.span().end(), inputs.back().data.begin());
  }
  for (size_t o = 0; o < run.outputs.size(); ++o) {
    const int state = stateInput(static_cast<int>(o));
    outputs.push_back(state < 0 ? place(run.outputs[o].shape) : inputs[static_cast<size_t>(state)]);
    if (state < 0) std::fill(outputs.back().data.begin(), outputs.back().data.end(), 0.0);
  }
  type_.reference({.attributes = run.attributes, .inputs = inputs, .outputs = outputs, .key = run.key});
  for (size_t o = 0; o < run.outputs.size(); ++o)
    if (run.outputs[o].data)
      std::transform(outputs[o].data.begin(), outputs[o].data.end(), run.outputs[o].data,
                     [](double value) { return static_cast<float>(value); });
}

}  // namespace bypath
