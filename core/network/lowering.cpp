#include "core/network/lowering.h"

#include <algorithm>
#include <cassert>

#include "core/network/paths.h"
#include "core/ops/catalog.h"

namespace bypath {
namespace {

// More than any machine of ours holds, and far from overflow.
constexpr double mostElements = 1e11;

bool tooLarge(const Shape& shape) {
  double count = 1;
  for (int axis = 0; axis < shape.rank(); ++axis) count *= static_cast<double>(shape[axis]);
  return count > mostElements;
}

}  // namespace

LayerLowering::LayerLowering(LoweringState& state, const LayerType& type, const AttributeReader& attributes,
                             const std::string& path, std::vector<ValueId> inputs)
    : state_(state),
      attributes_(attributes),
      path_(path),
      inputs_(std::move(inputs)),
      outputs_(type.outputs.size(), noValue),
      frozen_(std::ranges::any_of(state.frozen,
                                  [&](const std::string& container) { return isAtOrIn(path, container); })) {}

ValueId LayerLowering::input(int port) const {
  assert(port >= 0 && port < inputCount());
  return inputs_[static_cast<size_t>(port)];
}

std::vector<ValueId> LayerLowering::emitAll(const OpType& type, std::vector<ValueId> inputs,
                                            OpAttributes attributes) {
  Result<std::vector<ValueId>> made = state_.graph.add(type, std::move(inputs), std::move(attributes), path_);
  if (!made) {
    // The diagnostic carries the path already.
    const std::string prefix = path_ + ": ";
    const std::string& message = made.error().message;
    fail(message.starts_with(prefix) ? message.substr(prefix.size()) : message);
  }
  return *made;
}

ValueId LayerLowering::parameter(const std::string& name, const Shape& shape, ParameterRole role,
                                 Initialiser init) {
  if (tooLarge(shape))
    fail("Its " + name + " would be " + shape.text() +
         ", which is too large for any machine; make the layer or its input smaller.");
  const ParameterInfo info{
      .name = joinPath(path_, name), .shape = shape, .role = role, .initialiser = init, .frozen = frozen_};
  parametersTotal_ += shape.count();
  if (info.trainable()) parameters_ += shape.count();
  hasWeight_ = hasWeight_ || role == ParameterRole::weight;
  return state_.graph.addParameter(info);
}

ValueId LayerLowering::networkInput(const std::string& name, const Shape& shape, InputRole role) {
  const auto known = state_.inputs.find(name);
  if (known != state_.inputs.end()) {
    const Value& value = state_.graph.value(known->second);
    if (value.shape == shape && value.role == role) return known->second;
    fail("The network's input '" + name + "' is " + value.shape.perSample().text() + " elsewhere and " +
         shape.perSample().text() + " here; give both the same shape.");
  }
  if (tooLarge(shape))
    fail("An input of " + shape.text() + " is too large for any machine; make it or the batch smaller.");
  const ValueId id = state_.graph.addInput(name, shape, role);
  state_.inputs.emplace(name, id);
  return id;
}

void LayerLowering::output(int port, ValueId value) {
  assert(port >= 0 && port < static_cast<int>(outputs_.size()));
  outputs_[static_cast<size_t>(port)] = value;
}

// Terms of one name are one term: the penalties of all layers, say. A name that stands for something else
// gets the path in front.
void LayerLowering::loss(const std::string& name, ValueId value, double weight) {
  std::vector<LossTerm>& terms = state_.graph.losses;
  const auto [known, isNew] = state_.losses.emplace(name, terms.size());
  if (isNew) {
    terms.push_back({name, value, weight});
    return;
  }
  const LossTerm& first = terms[known->second];
  if (first.weight != weight || !(shape(first.value) == shape(value))) {
    terms.push_back({joinPath(path_, name), value, weight});
    return;
  }
  const ValueId sum = emit(addOp(), {first.value, value}, {});
  terms[known->second].value = sum;
}

void LayerLowering::metric(const std::string& name, ValueId value) {
  const bool isNew = state_.metrics.insert(name).second;
  state_.graph.metrics.push_back({isNew ? name : joinPath(path_, name), value});
}

void LayerLowering::namedOutput(const std::string& name, ValueId value) {
  const bool isNew = state_.outputs.insert(name).second;
  state_.graph.outputs.push_back({isNew ? name : joinPath(path_, name), value});
}

}  // namespace bypath
