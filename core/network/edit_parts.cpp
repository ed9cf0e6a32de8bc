// Making and dissolving parts.
#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "core/network/edit.h"
#include "core/network/edit_support.h"
#include "core/network/ports.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

// Whether a way from one of the chosen to another leads through nodes that are not chosen.
std::string nodeBetween(const Graph& graph, const std::unordered_set<std::string>& chosen) {
  std::unordered_multimap<std::string_view, std::string_view> readers;
  for (const Wire& wire : graph.wires) readers.emplace(wire.from, wire.to);
  std::unordered_set<std::string_view> outside;
  std::vector<std::string_view> open(chosen.begin(), chosen.end());
  while (!open.empty()) {
    const std::string_view name = open.back();
    open.pop_back();
    const auto [begin, end] = readers.equal_range(name);
    for (auto reader = begin; reader != end; ++reader) {
      const bool inside = chosen.contains(std::string(reader->second));
      if (inside && outside.contains(name)) return std::string(name);
      if (!inside && outside.insert(reader->second).second) open.push_back(reader->second);
    }
  }
  return {};
}

struct PortKey {
  std::string node;
  int port;
  auto operator<=>(const PortKey&) const = default;
};

// Splits the wires at the border of the chosen nodes; `part` is the name of the new container.
class Grouping {
 public:
  Grouping(Graph& graph, const std::unordered_set<std::string>& chosen, std::string part)
      : graph_(graph), chosen_(chosen), part_(std::move(part)) {}

  Node run() {
    for (const Node& node : graph_.nodes)
      if (chosen_.contains(node.name)) body_.nodes.push_back(node);
    std::erase_if(graph_.nodes, [&](const Node& node) { return chosen_.contains(node.name); });
    std::vector<Wire> outer;
    for (const Wire& wire : graph_.wires) {
      const bool from = chosen_.contains(wire.from), to = chosen_.contains(wire.to);
      if (from && to)
        body_.wires.push_back(wire);
      else if (to)
        enter(wire, outer);
      else if (from)
        leave(wire, outer);
      else
        outer.push_back(wire);
    }
    graph_.wires = std::move(outer);
    body_.nodes.insert(body_.nodes.begin(), inputs_.begin(), inputs_.end());
    body_.nodes.insert(body_.nodes.end(), outputs_.begin(), outputs_.end());
    return {.name = part_, .type = typeId::part, .body = {std::move(body_)}};
  }

 private:
  // Wires from one source share a port.
  void enter(const Wire& wire, std::vector<Wire>& outer) {
    const auto [at, isNew] = inputOf_.try_emplace({wire.from, wire.fromPort}, boundary("in", inputs_.size()));
    if (isNew) {
      outer.push_back({wire.from, wire.fromPort, part_, static_cast<int>(inputs_.size())});
      inputs_.push_back({.name = at->second, .type = typeId::partInput});
    }
    body_.wires.push_back({at->second, 0, wire.to, wire.toPort});
  }

  void leave(const Wire& wire, std::vector<Wire>& outer) {
    const auto [at, isNew] =
        outputOf_.try_emplace({wire.from, wire.fromPort}, static_cast<int>(outputs_.size()));
    if (isNew) {
      const std::string name = boundary("out", outputs_.size());
      outputs_.push_back({.name = name, .type = typeId::partOutput});
      body_.wires.push_back({wire.from, wire.fromPort, name, 0});
    }
    outer.push_back({part_, at->second, wire.to, wire.toPort});
  }

  std::string boundary(const std::string& base, size_t index) const {
    std::string name = index == 0 ? base : base + std::to_string(index + 1);
    while (body_.find(name)) name += "_";
    return name;
  }

  Graph& graph_;
  const std::unordered_set<std::string>& chosen_;
  std::string part_;
  Graph body_;
  std::vector<Node> inputs_, outputs_;
  std::map<PortKey, std::string> inputOf_;
  std::map<PortKey, int> outputOf_;
};

bool isBoundary(const Node& node) {
  return node.type == typeId::partInput || node.type == typeId::partOutput;
}

}  // namespace

Result<std::string> groupIntoPart(NetworkSpec& network, std::string_view container,
                                  const std::vector<std::string>& names, std::string partName) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Graph& graph = **found;
  if (names.empty()) return Error{ErrorKind::data, "Select the layers that should become a part."};
  const std::unordered_set<std::string> chosen(names.begin(), names.end());
  for (const std::string& name : names) {
    const Node* node = graph.find(name);
    if (!node) return noSuchNode(container, name);
    if (isBoundary(*node) || node->type == typeId::input)
      return Error{ErrorKind::data,
                   name + " brings a signal in or out and stays where it is; leave it out of the selection."};
  }
  if (const std::string between = nodeBetween(graph, chosen); !between.empty())
    return Error{ErrorKind::data,
                 "The selection leads out to " + between + " and in again; select " + between + " as well."};
  if (partName.empty()) partName = freeName(graph, typeId::part);
  if (const std::string problem = nameProblem(partName); !problem.empty())
    return Error{ErrorKind::data, problem};
  if (graph.find(partName) && !chosen.contains(partName))
    return Error{ErrorKind::data, "There is already a node named '" + partName + "' here."};
  const auto first = std::find_if(graph.nodes.begin(), graph.nodes.end(),
                                  [&](const Node& n) { return chosen.contains(n.name); });
  const auto position = first - graph.nodes.begin();
  Node part = Grouping(graph, chosen, partName).run();
  graph.nodes.insert(graph.nodes.begin() + position, std::move(part));
  return partName;
}

Result<void> ungroup(NetworkSpec& network, std::string_view container, std::string_view name) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Graph& graph = **found;
  const Node* node = graph.find(name);
  if (!node) return noSuchNode(container, name);
  if (node->type != typeId::part || node->body.empty())
    return Error{ErrorKind::data, std::string(name) + " is not a part that could be dissolved."};
  const auto repeat = node->attributes.find("repeat");
  if (repeat != node->attributes.end() && !(repeat->second == AttributeValue(int64_t{1})))
    return Error{ErrorKind::data,
                 std::string(name) + " is repeated; set its repeat count to 1 before dissolving it."};
  const std::string part(name);
  Graph body = node->body[0];
  const auto position = node - graph.nodes.data();
  graph.nodes.erase(graph.nodes.begin() + position);

  std::unordered_map<std::string, std::string> renamed;
  Graph taken = graph;
  std::vector<Node> moved;
  for (Node& inner : body.nodes) {
    if (isBoundary(inner)) continue;
    const std::string fresh = taken.find(inner.name) ? freeName(taken, inner.name + "_") : inner.name;
    renamed[inner.name] = fresh;
    inner.name = fresh;
    taken.nodes.push_back({.name = fresh});
    moved.push_back(inner);
  }
  const std::vector<std::string> inputs = boundaryNames(body, typeId::partInput);
  const std::vector<std::string> outputs = boundaryNames(body, typeId::partOutput);

  // Where each inner source really comes from: outside, through a port, or a moved node.
  const auto resolve = [&](const std::string& from, int fromPort) -> std::vector<Wire> {
    const auto port = std::find(inputs.begin(), inputs.end(), from);
    if (port == inputs.end()) return {{renamed[from], fromPort, {}, 0}};
    const Wire* outside = graph.wireInto(part, static_cast<int>(port - inputs.begin()));
    return outside ? std::vector<Wire>{*outside} : std::vector<Wire>{};
  };
  std::vector<Wire> wires;
  for (const Wire& wire : body.wires) {
    if (std::find(outputs.begin(), outputs.end(), wire.to) != outputs.end() || !renamed.contains(wire.to))
      continue;
    for (const Wire& source : resolve(wire.from, wire.fromPort))
      wires.push_back({source.from, source.fromPort, renamed[wire.to], wire.toPort});
  }
  for (const Wire& wire : graph.wires) {
    if (wire.to == part) continue;
    if (wire.from != part) {
      wires.push_back(wire);
      continue;
    }
    if (wire.fromPort < 0 || wire.fromPort >= static_cast<int>(outputs.size())) continue;
    const Wire* inner = body.wireInto(outputs[static_cast<size_t>(wire.fromPort)], 0);
    if (!inner) continue;
    for (const Wire& source : resolve(inner->from, inner->fromPort))
      wires.push_back({source.from, source.fromPort, wire.to, wire.toPort});
  }
  graph.wires = std::move(wires);
  graph.nodes.insert(graph.nodes.begin() + position, moved.begin(), moved.end());
  return {};
}

}  // namespace bypath
