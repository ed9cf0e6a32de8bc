#include "core/ops/op_graph.h"

#include <algorithm>
#include <cassert>

namespace bypath {

namespace {

// Larger values than this no machine of ours holds; the bound keeps element counts far from overflow.
constexpr double mostElements = 1e12;

double elements(const Shape& shape) {
  double count = 1;
  for (int i = 0; i < shape.rank(); ++i) count *= static_cast<double>(shape[i]);
  return count;
}

// "conv2d of 8x32x32x16 (stem/relu:0) and 3x3x3x16 (stage1/conv/weight)"
std::string describe(const OpGraph& graph, const OpType& type, const std::vector<ValueId>& inputs) {
  std::string text = type.id;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Value& value = graph.value(inputs[i]);
    text += i == 0 ? " of " : i + 1 == inputs.size() ? " and " : ", ";
    text += value.shape.text() + " (" + value.name + ")";
  }
  return text;
}

}  // namespace

ValueId OpGraph::addInput(std::string name, Shape shape, InputRole role) {
  const auto id = static_cast<ValueId>(values.size());
  values.push_back({.shape = shape, .kind = ValueKind::input, .name = std::move(name), .role = role});
  inputs.push_back(id);
  return id;
}

ValueId OpGraph::addParameter(const ParameterInfo& info) {
  const auto id = static_cast<ValueId>(values.size());
  const auto [known, isNew] = parameterByName_.emplace(info.name, id);
  if (!isNew) {
    assert(shape(known->second) == info.shape);
    return known->second;
  }
  values.push_back({.shape = info.shape,
                    .kind = info.trainable() ? ValueKind::parameter : ValueKind::state,
                    .name = info.name,
                    .parameter = static_cast<int>(parameters.size())});
  parameters.push_back(info);
  parameterValues.push_back(id);
  return id;
}

Result<std::vector<ValueId>> OpGraph::add(const OpType& type, std::vector<ValueId> inputIds,
                                          OpAttributes attributes, std::string path, Direction direction) {
  OpCall call{.attributes = attributes};
  for (ValueId id : inputIds) call.inputs.push_back(shape(id));
  const Result<std::vector<Shape>> shapes = type.shapes(call);
  if (!shapes) {
    return Error{shapes.error().kind, path + ": " + describe(*this, type, inputIds) +
                                          " is impossible: " + shapes.error().message + "."};
  }
  for (const Shape& out : *shapes) {
    if (elements(out) <= mostElements) continue;
    return Error{ErrorKind::resources, path + ": " + describe(*this, type, inputIds) + " would make " +
                                           out.text() +
                                           ", which is too large; use a smaller batch, image or width."};
  }

  OpNode node{.type = &type,
              .attributes = std::move(attributes),
              .inputs = std::move(inputIds),
              .path = std::move(path),
              .direction = direction};
  for (size_t o = 0; o < shapes->size(); ++o) {
    const auto state = std::find_if(type.stateOutputs.begin(), type.stateOutputs.end(),
                                    [&](const auto& pair) { return pair.first == static_cast<int>(o); });
    if (state != type.stateOutputs.end()) {
      node.outputs.push_back(node.inputs[static_cast<size_t>(state->second)]);
      continue;
    }
    node.outputs.push_back(static_cast<ValueId>(values.size()));
    values.push_back({.shape = (*shapes)[o], .name = node.path + ":" + std::to_string(o)});
  }
  nodes.push_back(node);
  return node.outputs;
}

OpCall OpGraph::call(const OpNode& node) const {
  OpCall call{.attributes = node.attributes};
  for (ValueId id : node.inputs) call.inputs.push_back(shape(id));
  // An output nobody wants still has a shape, by the rule.
  const Result<std::vector<Shape>> shapes = node.type->shapes(call);
  assert(shapes);
  call.outputs = *shapes;
  return call;
}

int OpGraph::producer(ValueId id) const {
  if (value(id).kind != ValueKind::computed) return -1;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const std::vector<ValueId>& made = nodes[i].outputs;
    if (std::find(made.begin(), made.end(), id) != made.end()) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace bypath
