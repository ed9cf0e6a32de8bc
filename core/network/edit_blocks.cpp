#include "core/network/edit_blocks.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "core/network/edit.h"
#include "core/network/edit_support.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

std::string orderOf(const Node& block) {
  const auto set = block.attributes.find("order");
  const std::string* text = set == block.attributes.end() ? nullptr : std::get_if<std::string>(&set->second);
  return text ? *text : "original";
}

bool isFixup(const Node& block) {
  const auto set = block.attributes.find("init_scheme");
  return set != block.attributes.end() && set->second == AttributeValue("fixup");
}

// What a row of blocks in pre-activation takes from the layers before it and leaves to those behind.
std::vector<std::string> activationOf(const Node& block, const std::string& order) {
  if (isFixup(block) && order.ends_with("preactivation")) return {typeId::scalarBias, typeId::relu};
  if (order == "full-preactivation") return {typeId::batchNorm, typeId::relu};
  if (order == "relu-only-preactivation") return {typeId::relu};
  return {};
}

// A row of residual blocks and its surroundings in one graph.
class Row {
 public:
  Row(NetworkSpec& network, std::string_view container, Graph& graph, std::string_view block)
      : network_(network), container_(container), graph_(graph), names_{std::string(block)} {
    for (const Wire* wire = before(); wire && isBlock(wire->from) && readers(wire->from).size() == 1;
         wire = before())
      names_.insert(names_.begin(), wire->from);
    while (const Wire* wire = soleReader()) {
      if (!isBlock(wire->to)) break;
      names_.push_back(wire->to);
    }
  }

  const std::vector<std::string>& names() const { return names_; }
  Node& first() { return *graph_.find(names_.front()); }

  // Takes away layers of these types, in this order, right before or behind the row; all or none.
  void dropBefore(std::vector<std::string> types) {
    std::reverse(types.begin(), types.end());
    std::vector<std::string> found;
    const Wire* wire = before();
    for (const std::string& type : types) {
      if (!wire || graph_.find(wire->from)->type != type || readers(wire->from).size() != 1) return;
      found.push_back(wire->from);
      wire = graph_.wireInto(wire->from, 0);
    }
    drop(found);
  }
  void dropBehind(const std::vector<std::string>& types) {
    std::vector<std::string> found;
    const Wire* wire = soleReader();
    for (const std::string& type : types) {
      if (!wire || graph_.find(wire->to)->type != type) return;
      found.push_back(wire->to);
      const std::vector<const Wire*> next = readers(wire->to);
      wire = next.size() == 1 ? next.front() : nullptr;
    }
    drop(found);
  }
  void addBefore(const std::vector<std::string>& types) {
    for (const std::string& type : types)
      if (const Wire* wire = before()) splice(type, *wire);
  }
  // All that read the row read the new layers.
  void addBehind(const std::vector<std::string>& types) {
    std::string last = names_.back();
    for (const std::string& type : types) {
      const Result<std::string> name = addNode(network_, container_, type, {}, nameOf("final", type));
      if (!name) return;
      for (Wire& wire : graph_.wires)
        if (wire.from == last) wire.from = *name;
      graph_.wires.push_back({.from = last, .to = *name});
      last = *name;
    }
  }

 private:
  bool isBlock(const std::string& name) const {
    const Node* node = graph_.find(name);
    return node && node->type == typeId::residualBlock;
  }
  const Wire* before() const { return graph_.wireInto(names_.front(), 0); }
  std::vector<const Wire*> readers(const std::string& name) const {
    std::vector<const Wire*> found;
    for (const Wire& wire : graph_.wires)
      if (wire.from == name) found.push_back(&wire);
    return found;
  }
  const Wire* soleReader() const {
    const std::vector<const Wire*> found = readers(names_.back());
    return found.size() == 1 ? found.front() : nullptr;
  }
  // "final_bn"; empty, for any free name, where that is taken.
  std::string nameOf(const std::string& place, const std::string& type) const {
    const std::string name = place + (type == typeId::batchNorm ? "_bn" : "_" + type);
    return graph_.find(name) ? std::string() : name;
  }
  void drop(const std::vector<std::string>& names) {
    for (const std::string& name : names) static_cast<void>(dissolveNode(network_, container_, name));
  }
  void splice(const std::string& type, const Wire& wire) {
    if (const Result<std::string> name = addNode(network_, container_, type, {}, nameOf("stem", type)))
      static_cast<void>(insertOnWire(network_, container_, *name, wire));
  }

  NetworkSpec& network_;
  std::string container_;
  Graph& graph_;
  std::vector<std::string> names_;
};

int removeShortcuts(Graph& graph) {
  int count = 0;
  for (Node& node : graph.nodes) {
    if (node.type == typeId::residualBlock) {
      node.attributes["shortcut"] = "none";
      for (const char* key :
           {"muted", "survival", "survival_last", "survival_by", "init_scheme", "fixup_depth"})
        node.attributes.erase(key);
      ++count;
    }
    for (Graph& body : node.body) count += removeShortcuts(body);
  }
  return count;
}

// Gives each drawn copy of a block the survival it had as a copy.
class CopySurvival {
 public:
  CopySurvival(const Node& block, int copies)
      : first_(read(block, "survival", 1)), last_(read(block, "survival_last", 0)), copies_(copies) {}
  void set(Node& block, int copy) const {
    if (last_ == 0) return;
    block.attributes.erase("survival_last");
    block.attributes["survival"] = survivalOfCopy(first_, last_, copy, copies_);
  }

 private:
  static double read(const Node& block, const char* key, double fallback) {
    const auto set = block.attributes.find(key);
    if (set == block.attributes.end()) return fallback;
    const auto* whole = std::get_if<int64_t>(&set->second);
    const auto* real = std::get_if<double>(&set->second);
    return whole ? static_cast<double>(*whole) : real ? *real : fallback;
  }

  double first_, last_;
  int copies_;
};

}  // namespace

Result<void> setBlockOrder(NetworkSpec& network, std::string_view container, std::string_view block,
                           const std::string& order) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  const Node* node = (*found)->find(block);
  if (!node) return noSuchNode(container, block);
  if (node->type != typeId::residualBlock)
    return Error{ErrorKind::data, std::string(block) + " is no residual block, so it has no order to set."};
  if (orderOf(*node) == order) return {};
  Row row(network, container, **found, block);
  const std::vector<std::string> had = activationOf(row.first(), orderOf(row.first()));
  const std::vector<std::string> wanted = activationOf(row.first(), order);
  if (had != wanted) {
    const bool shared = row.first().attributes.contains("shared_preactivation");
    row.dropBehind(had);
    if (shared) row.addBefore(had);
    row.first().attributes.erase("shared_preactivation");
    row.dropBefore(wanted);
    if (!wanted.empty()) row.first().attributes["shared_preactivation"] = true;
    row.addBehind(wanted);
  }
  for (const std::string& name : row.names()) {
    Node& member = *(*found)->find(name);
    if (order == "original")
      member.attributes.erase("order");
    else
      member.attributes["order"] = order;
  }
  return {};
}

Attributes nextStage(const Node& block, const Shape& output) {
  Attributes next = block.attributes;
  for (const char* key : {"muted", "shared_preactivation", "mid_channels"}) next.erase(key);
  const auto branch = next.find("branch");
  if (branch != next.end() && branch->second == AttributeValue(std::string("free"))) next.erase(branch);
  if (output.rank() != 3) return next;
  const auto direction = next.find("direction");
  const bool up = direction != next.end() && direction->second == AttributeValue(std::string("up"));
  next["stride"] = int64_t{2};
  next["channels"] = up ? std::max<int64_t>(1, output.last() / 2) : 2 * output.last();
  const auto shortcut = next.find("shortcut");
  if (shortcut != next.end() && shortcut->second == AttributeValue(std::string("identity")))
    next.erase(shortcut);  // the shape changes
  return next;
}

double survivalOfCopy(double first, double last, int copy, int copies) {
  if (last == 0 || copies < 2) return first;
  return first + (last - first) * copy / (copies - 1);
}

Result<std::vector<std::string>> unroll(NetworkSpec& network, std::string_view container,
                                        std::string_view name) {
  const Result<Graph*> found = graphToEdit(network, container);
  if (!found) return found.error();
  Graph& graph = **found;
  Node* node = graph.find(name);
  if (!node) return noSuchNode(container, name);
  const auto set = node->attributes.find("repeat");
  const int64_t* count = set == node->attributes.end() ? nullptr : std::get_if<int64_t>(&set->second);
  if (!count || *count < 2)
    return Error{ErrorKind::data, std::string(name) + " is not repeated, so there are no copies to draw."};
  if (*count > mostUnrolled)
    return Error{ErrorKind::data, std::to_string(*count) + " copies are more than the " +
                                      std::to_string(mostUnrolled) +
                                      " that can be drawn; lower the repeat count first."};
  const int64_t copies = *count;
  node->attributes.erase("repeat");
  if (isFixup(*node)) node->attributes.try_emplace("fixup_depth", copies);
  const CopySurvival survival(*node, static_cast<int>(copies));
  survival.set(*node, 0);
  Node copy = *node;  // the first one alone scales and starts the row
  if (copy.type == typeId::residualBlock)
    for (const char* key : {"stride", "shared_preactivation"}) copy.attributes.erase(key);
  std::vector<std::string> names{node->name};
  std::vector<Node> others;
  std::unordered_set<std::string_view> taken;
  for (const Node& other : graph.nodes) taken.insert(other.name);
  for (int64_t number = 2; static_cast<int64_t>(names.size()) < copies; ++number) {
    copy.name = names.front() + "_" + std::to_string(number);
    if (taken.contains(copy.name)) continue;
    survival.set(copy, static_cast<int>(names.size()));
    names.push_back(copy.name);
    others.push_back(copy);
  }
  std::vector<Wire> between;
  int ports = 1;
  for (Wire& wire : graph.wires) {
    if (wire.to == names.front()) ports = std::max(ports, wire.toPort + 1);
    if (wire.from == names.front()) wire.from = names.back();
  }
  for (size_t i = 1; i < names.size(); ++i)
    for (int port = 0; port < ports; ++port) between.push_back({names[i - 1], port, names[i], port});
  graph.wires.insert(graph.wires.end(), between.begin(), between.end());
  const auto place = std::ranges::find(graph.nodes, names.front(), &Node::name) + 1;
  graph.nodes.insert(place, std::make_move_iterator(others.begin()), std::make_move_iterator(others.end()));
  return names;
}

int removeShortcuts(NetworkSpec& network) {
  return removeShortcuts(network.graph);
}

}  // namespace bypath
