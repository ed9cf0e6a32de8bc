#include "core/network/walk.h"

#include <algorithm>

#include "core/network/edit.h"
#include "core/network/fixes.h"
#include "core/network/paths.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

// A network of 1,202 layers has some 7,000 nodes with all copies counted.
constexpr size_t mostNodes = 100'000;
constexpr int deepest = 32;

bool allKnown(const std::vector<ValueId>& values) {
  return std::find(values.begin(), values.end(), noValue) == values.end();
}

}  // namespace

NetworkWalk::NetworkWalk(const LayerCatalog& catalog, int64_t batch, Mode mode, std::string watched)
    : catalog_(catalog), reporter_(result_.diagnostics), watched_(std::move(watched)) {
  state_.batch = std::max<int64_t>(1, batch);
  state_.mode = mode;
}

std::vector<ValueId> NetworkWalk::walkGraph(const Graph& graph, const GraphScope& scope,
                                            const std::vector<ValueId>& inputs) {
  const std::vector<std::string> outputNames =
      scope.hasPorts ? boundaryNames(graph, typeId::partOutput) : std::vector<std::string>{};
  std::vector<ValueId> outputs(outputNames.size(), noValue);
  if (!roomFor(graph.nodes.size())) return outputs;
  const Wiring wiring(graph, catalog_);
  reportDrawing(graph, wiring, scope, reporter_);

  // Values the container's ports bring, by node.
  std::vector<ValueId> ports(graph.nodes.size(), noValue);
  size_t nextInput = 0;
  for (size_t i = 0; i < graph.nodes.size() && scope.hasPorts; ++i)
    if (graph.nodes[i].type == typeId::partInput && nextInput < inputs.size()) ports[i] = inputs[nextInput++];

  ValuesByNode values(graph.nodes.size());
  for (const int node : wiring.order)
    walkNode(graph, wiring, static_cast<size_t>(node), scope, values, ports);
  for (const int node : wiring.stuck)
    walkNode(graph, wiring, static_cast<size_t>(node), scope, values, ports);

  size_t nextOutput = 0;
  for (size_t i = 0; i < graph.nodes.size() && scope.hasPorts; ++i)
    if (graph.nodes[i].type == typeId::partOutput)
      outputs[nextOutput++] = values[i].empty() ? noValue : values[i][0];
  return outputs;
}

void NetworkWalk::walkNode(const Graph& graph, const Wiring& wiring, size_t index, const GraphScope& scope,
                           ValuesByNode& values, const std::vector<ValueId>& ports) {
  const Node& node = graph.nodes[index];
  const LayerType* type = wiring.types[index];
  const std::string path = joinPath(scope.path, node.name);
  // Ports of a variadic layer close up; of others a missing one stays unknown.
  const bool fixedPorts = type && !type->variadicInputs;
  std::vector<ValueId> inputs(fixedPorts ? inputPorts(node, *type).size() : 0, noValue);
  for (const WireSource& source : wiring.sources[index]) {
    const std::vector<ValueId>& from = values[static_cast<size_t>(source.node)];
    const auto port = static_cast<size_t>(source.fromPort);
    const ValueId value = port < from.size() ? from[port] : noValue;
    if (fixedPorts)
      inputs[static_cast<size_t>(source.port)] = value;
    else
      inputs.push_back(value);
  }
  const bool boundary = scope.hasPorts && (node.type == typeId::partInput || node.type == typeId::partOutput);
  hasInputLayer_ = hasInputLayer_ || node.type == typeId::input;
  hasLossLayer_ = hasLossLayer_ || (type && type->group == "Loss");
  if (!boundary && !(type && type->isContainer())) result_.order.push_back(path);

  const bool sound = type && nameProblem(node.name).empty() && validAttributes(node, *type, path, scope);
  if (sound && type->isContainer()) {
    values[index] = walkContainer(node, *type, scope, inputs);
    return;
  }
  NodeFacts& facts = result_.nodes[path];
  facts.type = node.type;
  facts.container = type && type->isContainer();
  facts.inputs = sampleShapes(inputs);
  if (boundary) {
    values[index] = {node.type == typeId::partInput ? ports[index] : inputs.empty() ? noValue : inputs[0]};
    facts.known = values[index][0] != noValue;
    if (node.type == typeId::partInput) facts.outputs = sampleShapes(values[index]);
    return;
  }
  if (!sound) {
    countUp(facts);
    return;
  }
  values[index].assign(type->outputs.size(), noValue);
  const bool enough = inputs.size() >= type->inputs.size();
  if (enough && allKnown(inputs)) lowerLayer(graph, wiring, index, scope, inputs, facts, values[index]);
  facts.outputs = sampleShapes(values[index]);
  countUp(facts);
}

void NetworkWalk::lowerLayer(const Graph& graph, const Wiring& wiring, size_t index, const GraphScope& scope,
                             const std::vector<ValueId>& inputs, NodeFacts& facts,
                             std::vector<ValueId>& outputs) {
  const Node& node = graph.nodes[index];
  const LayerType& type = *wiring.types[index];
  const std::string path = joinPath(scope.path, node.name);
  const AttributeReader attributes(type.attributes, node.attributes);
  LayerLowering context(state_, type, attributes, path, inputs);
  const size_t firstOp = state_.graph.nodes.size();
  try {
    type.lower(context);
  } catch (const LowerFailure& failure) {
    reporter_.report(Severity::error, path, failure.message,
                     failureFixes(graph, wiring, index, scope, inputs));
    return;
  }
  outputs = context.outputs();
  facts.known = true;
  facts.parameters = context.parameters();
  facts.parametersTotal = context.parametersTotal();
  for (size_t op = firstOp; op < state_.graph.nodes.size(); ++op) {
    const OpNode& lowered = state_.graph.nodes[op];
    if (lowered.type->cost)
      facts.multiplyAdds +=
          costOf(*lowered.type, state_.graph.call(lowered)).multiplyAdds / static_cast<double>(state_.batch);
  }
  if (context.hasWeight()) ++weightLayers_;
  if (node.type == typeId::add) adds_.push_back({path, scope.block ? scope.path : std::string{}, inputs});
}

std::vector<ValueId> NetworkWalk::walkContainer(const Node& node, const LayerType& type,
                                                const GraphScope& scope, const std::vector<ValueId>& inputs,
                                                int onlyCopy) {
  const std::string path = joinPath(scope.path, node.name);
  const AttributeReader attributes(type.attributes, node.attributes);
  const int copies = type.attributes.find("repeat") ? static_cast<int>(attributes.integer("repeat")) : 1;
  const auto copyPath = [&](int copy) {
    return copies > 1 ? path + "[" + std::to_string(copy + 1) + "]" : path;
  };
  result_.order.push_back(path);
  containers_.push_back(path);
  if (watched_ == path) remember(node, scope, -1, inputs);
  NodeFacts& facts = result_.nodes[path];
  facts.type = node.type;
  facts.container = true;
  facts.known = true;
  facts.inputs = sampleShapes(inputs);
  open_.push_back(&facts);
  std::vector<ValueId> values = inputs;
  const int begin = std::max(onlyCopy, 0), end = onlyCopy < 0 ? copies : onlyCopy + 1;
  for (int copy = begin; copy < end; ++copy) {
    if (copies > 1 && watched_ == copyPath(copy)) remember(node, scope, copy, values);
    const size_t expected = values.size();
    values = walkCopy(node, type, scope, values, copy, copyPath(copy));
    if (copy + 1 < end && values.size() != expected) {
      reporter_.report(
          Severity::error, path,
          "A repeated part needs as many outputs as inputs, because its copies stand one after another; "
          "change its ports or set its repeat count to 1.");
      facts.known = false;
      break;
    }
    // What follows unknown values would only be unknown again.
    if (!allKnown(values)) break;
  }
  open_.pop_back();
  facts.outputs = sampleShapes(values);
  facts.known = facts.known && allKnown(inputs) && allKnown(values);
  if (!facts.known)
    for (NodeFacts* around : open_) around->known = false;
  return values;
}

std::vector<ValueId> NetworkWalk::walkCopy(const Node& node, const LayerType& type, const GraphScope& scope,
                                           const std::vector<ValueId>& inputs, int copy,
                                           const std::string& path) {
  const std::string ownPath = joinPath(scope.path, node.name);
  std::optional<Graph> graph = expand(node, type, scope, sampleShapes(inputs), copy);
  if (!graph) return std::vector<ValueId>(outputPorts(node, type).size(), noValue);
  if (path != ownPath) {
    result_.order.push_back(path);
    containers_.push_back(path);
  }
  NodeFacts& facts = result_.nodes[path];
  facts.type = node.type;
  facts.container = true;
  facts.known = true;
  facts.inputs = sampleShapes(inputs);
  if (path != ownPath) open_.push_back(&facts);

  GraphScope inner{.path = path, .copy = copy, .depth = scope.depth + 1, .hasPorts = true};
  const bool isBranch = scope.block && node.name == typeId::branch;
  if (node.type == typeId::residualBlock) {
    inner.isDrawn = false;
    inner.block = &node;
    inner.blockContainer = scope.drawn;
    inner.blockIsDrawn = scope.isDrawn;
  } else if (isBranch) {
    const auto kind = scope.block->attributes.find("branch");
    const bool free = kind != scope.block->attributes.end() && kind->second == AttributeValue("free");
    inner.isDrawn = scope.blockIsDrawn && free;
    inner.drawn = joinPath(scope.blockContainer, scope.block->name);
  } else {
    inner.isDrawn = scope.isDrawn;
    inner.drawn = joinPath(scope.drawn, node.name);
  }

  const int weightLayersBefore = weightLayers_;
  std::vector<ValueId> outputs = walkGraph(*graph, inner, inputs);
  if (isBranch && facts.known && weightLayers_ == weightLayersBefore + 1)
    reporter_.report(
        Severity::note, scope.path,
        "The branch has one layer with weights, so the block only computes x + Wx; two or more layers let it "
        "learn what one cannot.");
  facts.outputs = sampleShapes(outputs);
  if (path != ownPath) open_.pop_back();
  return outputs;
}

std::optional<Graph> NetworkWalk::expand(const Node& node, const LayerType& type, const GraphScope& scope,
                                         const std::vector<Shape>& inputs, int copy) {
  const std::string path = joinPath(scope.path, node.name);
  if (scope.depth >= deepest) {
    reporter_.report(Severity::error, path,
                     "Parts are nested deeper than " + std::to_string(deepest) + " levels; dissolve some.");
    return std::nullopt;
  }
  const AttributeReader attributes(type.attributes, node.attributes);
  const int copies = type.attributes.find("repeat") ? static_cast<int>(attributes.integer("repeat")) : 1;
  ExpandRequest request{
      .node = node, .attributes = attributes, .inputs = inputs, .copy = copy, .copies = copies};
  request.inputs.resize(std::max(inputs.size(), type.inputs.size()));
  try {
    return type.expand(request);
  } catch (const LowerFailure& failure) {
    const bool shapesKnown =
        std::none_of(inputs.begin(), inputs.end(), [](const Shape& s) { return s.rank() == 0; });
    if (!shapesKnown) return std::nullopt;
    std::vector<Fix> fixes;
    if (node.type == typeId::residualBlock && scope.isDrawn && inputs.size() == 1 && inputs[0].rank() == 3) {
      const bool up = attributes.text("direction") == "up";
      const int64_t stride = attributes.integer("stride"), channels = attributes.integer("channels");
      Shape out = inputs[0];
      for (int axis = 0; axis < 2; ++axis)
        out.set(axis, up ? out[axis] * stride : (out[axis] + stride - 1) / stride);
      if (channels > 0) out.set(2, channels);
      fixes = blockShortcutFixes({scope.drawn, node.name}, inputs[0], out, up);
    }
    reporter_.report(Severity::error, path, failure.message, std::move(fixes));
    return std::nullopt;
  }
}

std::vector<Fix> NetworkWalk::failureFixes(const Graph& graph, const Wiring& wiring, size_t index,
                                           const GraphScope& scope,
                                           const std::vector<ValueId>& inputs) const {
  if (reporter_.full()) return {};
  const Node& node = graph.nodes[index];
  const std::vector<Shape> shapes = sampleShapes(inputs);
  if (node.type == typeId::add && scope.block && scope.blockIsDrawn && shapes.size() == 2) {
    const DrawnPlace block{scope.blockContainer, scope.block->name};
    if (scope.copy > 0)
      return {setAttributesFix(block, "Set the repeat count to 1", {{"repeat", int64_t{1}}})};
    // The fork is what entered the block.
    const NodeFacts& facts = *open_.back();
    const bool up = facts.inputs[0].rank() == 3 && shapes[0].rank() == 3 && shapes[0][0] > facts.inputs[0][0];
    return blockShortcutFixes(block, facts.inputs[0], shapes[0], up);
  }
  if (!scope.isDrawn) return {};
  std::vector<Wire> wires;
  for (const WireSource& source : wiring.sources[index])
    wires.push_back(
        {graph.nodes[static_cast<size_t>(source.node)].name, source.fromPort, node.name, source.port});
  if (node.type == typeId::add && wires.size() == 2) {
    const ShortcutSite site = ForkFinder(state_.graph).find({joinPath(scope.path, node.name), {}, inputs});
    const size_t shortcut = site.fork != noValue && site.shortcutEnd == inputs[0] ? 0 : 1;
    return addMismatchFixes(scope.drawn, wires, shapes, shortcut);
  }
  const bool readsRow = node.type == "dense" || node.type == "softmax_loss";
  if (readsRow && wires.size() == 1 && shapes[0].rank() == 3) return imageToRowFixes(scope.drawn, wires[0]);
  return {};
}

bool NetworkWalk::validAttributes(const Node& node, const LayerType& type, const std::string& path,
                                  const GraphScope& scope) {
  bool valid = true;
  for (const auto& [key, value] : node.attributes) {
    const Result<void> checked = type.attributes.validate({{key, value}}, node.name);
    if (checked) continue;
    valid = false;
    std::string message = checked.error().message;
    if (const std::string prefix = node.name + ": "; message.starts_with(prefix))
      message.erase(0, prefix.size());
    std::vector<Fix> fixes;
    if (scope.isDrawn) fixes.push_back(resetAttributeFix({scope.drawn, node.name}, key));
    reporter_.report(Severity::error, path, message, std::move(fixes));
  }
  return valid;
}

void NetworkWalk::remember(const Node& node, const GraphScope& scope, int copy,
                           const std::vector<ValueId>& inputs) {
  met_ = MetContainer{.node = node, .scope = scope, .copy = copy, .inputs = sampleShapes(inputs)};
  // A generated block does not outlive the walk.
  if (scope.block) met_->block = {*scope.block};
}

void NetworkWalk::countUp(const NodeFacts& facts) {
  result_.parameters += facts.parameters;
  result_.parametersTotal += facts.parametersTotal;
  result_.multiplyAdds += facts.multiplyAdds;
  for (NodeFacts* around : open_) {
    around->parameters += facts.parameters;
    around->parametersTotal += facts.parametersTotal;
    around->multiplyAdds += facts.multiplyAdds;
    around->known = around->known && facts.known;
  }
}

bool NetworkWalk::roomFor(size_t nodes) {
  nodes_ += nodes;
  if (nodes_ <= mostNodes) return true;
  reporter_.report(Severity::error, "",
                   "The network has more than " + std::to_string(mostNodes) +
                       " nodes with all copies counted; lower a repeat count or remove some.");
  return false;
}

Shape NetworkWalk::sampleShape(ValueId value) const {
  return value == noValue ? Shape{} : state_.graph.shape(value).perSample();
}

std::vector<Shape> NetworkWalk::sampleShapes(const std::vector<ValueId>& values) const {
  std::vector<Shape> shapes;
  shapes.reserve(values.size());
  for (const ValueId value : values) shapes.push_back(sampleShape(value));
  return shapes;
}

CheckedNetwork NetworkWalk::finish() {
  state_.graph.shortcuts = findShortcutSites(state_.graph, adds_);
  result_.graph = std::move(state_.graph);
  return std::move(result_);
}

}  // namespace bypath
