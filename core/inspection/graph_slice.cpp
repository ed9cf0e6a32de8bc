#include "core/inspection/graph_slice.h"

#include <algorithm>

namespace bypath {
namespace {

class Slicer {
 public:
  Slicer(const OpGraph& source, const SliceRequest& request) : source_(source), request_(request) {}

  Result<GraphSlice> slice() {
    markNeeded();
    for (size_t i = 0; i < source_.nodes.size(); ++i)
      if (nodes_[i])
        if (Result<void> copied = copy(static_cast<int>(i)); !copied) return copied.error();
    for (const LossTerm& term : request_.losses)
      slice_.graph.losses.push_back({term.name, slice_.values.at(term.value), term.weight});
    return std::move(slice_);
  }

 private:
  bool isInside(ValueId id) const {
    return id != noValue && id != request_.entry && source_.value(id).kind == ValueKind::computed &&
           request_.inside[static_cast<size_t>(id)];
  }

  void markNeeded() {
    std::vector<bool> needed(source_.values.size(), false);
    for (const ValueId id : request_.wanted) needed[static_cast<size_t>(id)] = true;
    for (const LossTerm& term : request_.losses) needed[static_cast<size_t>(term.value)] = true;
    nodes_.assign(source_.nodes.size(), false);
    for (size_t i = source_.nodes.size(); i-- > 0;) {
      const OpNode& node = source_.nodes[i];
      nodes_[i] = std::ranges::any_of(
          node.outputs, [&](ValueId id) { return isInside(id) && needed[static_cast<size_t>(id)]; });
      if (nodes_[i])
        for (const ValueId id : node.inputs) needed[static_cast<size_t>(id)] = true;
    }
  }

  Result<void> copy(int index) {
    const OpNode& node = source_.nodes[static_cast<size_t>(index)];
    std::vector<ValueId> inputs;
    for (const ValueId id : node.inputs) inputs.push_back(read(id, index));
    Result<std::vector<ValueId>> made =
        slice_.graph.add(*node.type, std::move(inputs), node.attributes, node.path);
    if (!made) return made.error();
    for (size_t o = 0; o < made->size(); ++o)
      if (isInside(node.outputs[o])) slice_.values[node.outputs[o]] = (*made)[o];
    return {};
  }

  ValueId read(ValueId id, int reader) {
    const Value& value = source_.value(id);
    if (value.kind == ValueKind::parameter || value.kind == ValueKind::state) {
      ParameterInfo info = source_.parameters[static_cast<size_t>(value.parameter)];
      info.frozen = true;
      return slice_.graph.addParameter(info);
    }
    if (id == request_.entry) {
      const bool branch = std::ranges::count(request_.branchReaders, reader) > 0;
      return branch ? entry(branch_, "branch") : entry(shortcut_, "shortcut");
    }
    if (const auto known = slice_.values.find(id); known != slice_.values.end()) return known->second;
    // A label, so that nobody asks for its gradient.
    const ValueId input = slice_.graph.addInput(value.name, value.shape, InputRole::label);
    slice_.inputs.push_back({input, id});
    return slice_.values[id] = input;
  }

  ValueId entry(ValueId& known, const char* name) {
    if (known == noValue) {
      known = slice_.graph.addInput(name, source_.shape(request_.entry), InputRole::image);
      slice_.inputs.push_back({known, request_.entry});
    }
    return known;
  }

  const OpGraph& source_;
  const SliceRequest& request_;
  std::vector<bool> nodes_;  // that are copied
  GraphSlice slice_;
  ValueId shortcut_ = noValue, branch_ = noValue;
};

}  // namespace

bool isTarget(const OpGraph& graph, const OpNode& node, size_t input) {
  if (graph.value(node.inputs[input]).kind != ValueKind::input || !node.type->examples) return false;
  const std::vector<OpExample> examples = node.type->examples();
  return !examples.empty() && std::ranges::count(examples[0].notDifferentiated, static_cast<int>(input)) > 0;
}

bool readsAny(const OpGraph& graph, const OpNode& node, const std::vector<bool>& values) {
  for (size_t i = 0; i < node.inputs.size(); ++i)
    if (values[static_cast<size_t>(node.inputs[i])] && !isTarget(graph, node, i)) return true;
  return false;
}

std::vector<bool> descendants(const OpGraph& graph, ValueId of) {
  std::vector<bool> marks(graph.values.size(), false);
  marks[static_cast<size_t>(of)] = true;
  for (const OpNode& node : graph.nodes)
    if (readsAny(graph, node, marks))
      for (const ValueId id : node.outputs)
        if (id != noValue && graph.value(id).kind == ValueKind::computed)
          marks[static_cast<size_t>(id)] = true;
  return marks;
}

Result<GraphSlice> sliceGraph(const OpGraph& source, const SliceRequest& request) {
  return Slicer(source, request).slice();
}

}  // namespace bypath
