#include "core/network/edit.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/network/edit_support.h"
#include "core/network/paths.h"
#include "core/network/ports.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

constexpr size_t longestName = 64;

bool isNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Whether `from` reads, over any number of wires, what `to` gives.
bool reads(const Graph& graph, std::string_view from, std::string_view to) {
  std::unordered_multimap<std::string_view, std::string_view> sources;
  for (const Wire& wire : graph.wires) sources.emplace(wire.to, wire.from);
  std::unordered_set<std::string_view> seen{from};
  std::vector<std::string_view> open{from};
  while (!open.empty()) {
    const std::string_view name = open.back();
    open.pop_back();
    if (name == to) return true;
    const auto [begin, end] = sources.equal_range(name);
    for (auto source = begin; source != end; ++source)
      if (seen.insert(source->second).second) open.push_back(source->second);
  }
  return false;
}

// Takes port `port` away from the container's node: its wire goes, the ports behind it move up.
void dropPort(Graph& outer, std::string_view node, bool isInput, int port) {
  std::erase_if(outer.wires, [&](const Wire& w) {
    return isInput ? w.to == node && w.toPort == port : w.from == node && w.fromPort == port;
  });
  for (Wire& wire : outer.wires) {
    if (isInput && wire.to == node && wire.toPort > port) --wire.toPort;
    if (!isInput && wire.from == node && wire.fromPort > port) --wire.fromPort;
  }
}

int portOf(const Graph& graph, std::string_view boundaryType, std::string_view name) {
  const std::vector<std::string> names = boundaryNames(graph, boundaryType);
  return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
}

}  // namespace

Result<Graph*> graphToEdit(NetworkSpec& network, std::string_view container) {
  Graph* graph = graphAt(network, container);
  if (graph) return graph;
  return Error{ErrorKind::data, "There is no part '" + std::string(container) + "' to edit in this network."};
}

Error noSuchNode(std::string_view container, std::string_view name) {
  return {ErrorKind::data, "There is no node '" + std::string(name) + "' in " +
                               (container.empty() ? "the network" : std::string(container)) + "."};
}

std::string baseName(std::string_view type) {
  if (type == typeId::conv2d) return "conv";
  if (type == typeId::conv2dTransposed) return "conv_transposed";
  if (type == typeId::residualBlock) return "block";
  if (type == typeId::zeroPadShortcut) return "zero_pad";
  return std::string(type);
}

std::string nameProblem(std::string_view name) {
  if (name.empty()) return "A node needs a name.";
  if (name.size() > longestName) return "A name has at most " + std::to_string(longestName) + " characters.";
  if (!std::all_of(name.begin(), name.end(), isNameCharacter))
    return "A name is made of letters from a to z, digits, '_' and '-'.";
  return {};
}

Result<std::string> addNode(NetworkSpec& network, std::string_view container, std::string_view type,
                            Attributes attributes, std::string name) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Graph& graph = **found;
  if (name.empty()) {
    const std::string base = baseName(type);
    name = type == typeId::input && !graph.find(base) ? base : freeName(graph, base);
  }
  if (const std::string problem = nameProblem(name); !problem.empty()) return Error{ErrorKind::data, problem};
  if (graph.find(name)) return Error{ErrorKind::data, "There is already a node named '" + name + "' here."};
  Node node{.name = name, .type = std::string(type), .attributes = std::move(attributes)};
  if (type == typeId::part)
    node.body = {
        {.nodes = {{.name = "x", .type = typeId::partInput}, {.name = "y", .type = typeId::partOutput}},
         .wires = {}}};
  graph.nodes.push_back(std::move(node));
  return name;
}

Result<void> removeNodes(NetworkSpec& network, std::string_view container,
                         const std::vector<std::string>& names) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Graph& graph = **found;
  for (const std::string& name : names)
    if (!graph.find(name)) return noSuchNode(container, name);
  Graph* outer = container.empty() ? nullptr : graphAt(network, withoutLastSegment(container));
  const std::string_view part = lastSegment(container);
  const Node* partNode = outer ? outer->find(part) : nullptr;
  const bool portsFromBody = partNode && partNode->type == typeId::part;
  for (const std::string& name : names) {
    const Node* node = graph.find(name);
    if (!node) continue;  // listed twice: a damaged file may give two nodes one name
    const std::string type = node->type;
    const bool isInput = type == typeId::partInput;
    if (portsFromBody && (isInput || type == typeId::partOutput))
      dropPort(*outer, part, isInput, portOf(graph, type, name));
    std::erase_if(graph.nodes, [&](const Node& other) { return other.name == name; });
    std::erase_if(graph.wires, [&](const Wire& wire) { return wire.from == name || wire.to == name; });
  }
  return {};
}

Result<void> dissolveNode(NetworkSpec& network, std::string_view container, std::string_view name) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Graph& graph = **found;
  if (!graph.find(name)) return noSuchNode(container, name);
  const Wire* source = nullptr;
  for (const Wire& wire : graph.wires)
    if (wire.to == name && (!source || wire.toPort < source->toPort)) source = &wire;
  if (source) {
    const Wire from = *source;
    for (Wire& wire : graph.wires) {
      if (wire.from != name || wire.fromPort != 0) continue;
      wire.from = from.from;
      wire.fromPort = from.fromPort;
    }
  }
  return removeNodes(network, container, {std::string(name)});
}

Result<void> renameNode(NetworkSpec& network, std::string_view container, std::string_view name,
                        const std::string& to) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Graph& graph = **found;
  Node* node = graph.find(name);
  if (!node) return noSuchNode(container, name);
  if (name == to) return {};
  if (const std::string problem = nameProblem(to); !problem.empty()) return Error{ErrorKind::data, problem};
  if (graph.find(to)) return Error{ErrorKind::data, "There is already a node named '" + to + "' here."};
  const std::string old(name);
  node->name = to;
  for (Wire& wire : graph.wires) {
    if (wire.from == old) wire.from = to;
    if (wire.to == old) wire.to = to;
  }
  return {};
}

Result<void> connect(NetworkSpec& network, std::string_view container, Wire wire) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Graph& graph = **found;
  if (!graph.find(wire.from)) return noSuchNode(container, wire.from);
  if (!graph.find(wire.to)) return noSuchNode(container, wire.to);
  if (wire.fromPort < 0 || wire.toPort < 0) return Error{ErrorKind::data, "A port's number is not negative."};
  if (reads(graph, wire.from, wire.to))
    return Error{ErrorKind::data, "A wire from " + wire.from + " to " + wire.to + " would close a cycle: " +
                                      wire.from + " already reads what " + wire.to + " gives."};
  std::erase_if(graph.wires, [&](const Wire& w) { return w.to == wire.to && w.toPort == wire.toPort; });
  graph.wires.push_back(wire);
  return {};
}

Result<void> disconnect(NetworkSpec& network, std::string_view container, std::string_view to, int toPort) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  const auto removed = std::erase_if(
      (*found)->wires, [&](const Wire& wire) { return wire.to == to && wire.toPort == toPort; });
  if (removed == 0)
    return Error{ErrorKind::data,
                 "No wire ends at input " + std::to_string(toPort + 1) + " of " + std::string(to) + "."};
  return {};
}

Result<void> insertOnWire(NetworkSpec& network, std::string_view container, std::string_view name,
                          const Wire& wire) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Graph& graph = **found;
  if (!graph.find(name)) return noSuchNode(container, name);
  const auto at = std::find(graph.wires.begin(), graph.wires.end(), wire);
  if (at == graph.wires.end())
    return Error{ErrorKind::data,
                 "There is no wire from " + wire.from + " to " + wire.to + " to put a node on."};
  if (wire.from == name || wire.to == name || reads(graph, wire.from, name) || reads(graph, name, wire.to))
    return Error{ErrorKind::data, "Putting " + std::string(name) + " on this wire would close a cycle."};
  // The wire given may be the one in the graph: both halves are made before it changes.
  const Wire before{wire.from, wire.fromPort, std::string(name), 0};
  *at = Wire{std::string(name), 0, wire.to, wire.toPort};
  std::erase_if(graph.wires, [&](const Wire& w) { return w.to == name && w.toPort == 0; });
  graph.wires.push_back(before);
  return {};
}

Result<void> setAttribute(NetworkSpec& network, std::string_view container, std::string_view name,
                          std::string_view key, const std::optional<AttributeValue>& value,
                          const LayerCatalog& catalog) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Node* node = (*found)->find(name);
  if (!node) return noSuchNode(container, name);
  const auto unset = [&] {
    const auto at = node->attributes.find(key);
    if (at != node->attributes.end()) node->attributes.erase(at);
  };
  if (!value) {
    unset();
    return {};
  }
  const LayerType* type = catalog.find(node->type);
  if (!type)
    return Error{ErrorKind::data,
                 "The layer type '" + node->type + "' is not known, so it has no attributes to set."};
  Attributes one;
  one.emplace(std::string(key), *value);
  if (Result<void> valid = type->attributes.validate(one, std::string(name)); !valid) return valid.error();
  if (type->attributes.find(key)->fallback == *value)
    unset();
  else
    node->attributes.insert_or_assign(std::string(key), *value);
  return {};
}

}  // namespace bypath
