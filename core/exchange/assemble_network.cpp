#include "core/exchange/assemble_network.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "core/network/check.h"
#include "core/network/type_ids.h"

namespace bypath {
namespace {

// A value: which node of a graph, and which of its outputs.
struct Place {
  std::string node;
  int port = 0;
};

class Assembly {
 public:
  Assembly(const FlatNetwork& flat, const std::vector<Unit>& units, const std::vector<int>& outputs)
      : flat_(flat), units_(units), outputs_(outputs), places_(units.size()), readBy_(units.size()) {
    for (size_t i = 0; i < units.size(); ++i)
      for (const int input : units[i].inputs) readBy_[at(input)].push_back(static_cast<int>(i));
    for (const int output : outputs) readBy_[at(output)].push_back(-1);
  }

  // Where each unit is to stand: the containers around it, and its name.
  void placeByPaths() {
    std::set<std::string> taken;
    for (size_t i = 0; i < units_.size(); ++i) {
      places_[i] = pathSegments(units_[i].path);
      if (places_[i].empty()) places_[i] = {nodeNameOf(nameFor(units_[i]))};
      places_[i].back() = nodeNameOf(places_[i].back());
      std::vector<std::string> around = places_[i];
      for (around.pop_back(); !around.empty(); around.pop_back()) taken.insert(joined(around));
    }
    // The input, whose name did not leave, gives way.
    for (const bool inputs : {false, true})
      for (size_t i = 0; i < units_.size(); ++i) {
        if ((units_[i].node.type == typeId::input) != inputs) continue;
        const std::string wanted = places_[i].back();
        for (int number = 2; !taken.insert(joined(places_[i])).second; ++number)
          places_[i].back() = wanted + "_" + std::to_string(number);
      }
  }
  // What several would be called is numbered.
  void placeByHints() {
    const auto baseOf = [](const Unit& unit) {
      const std::string name = nodeNameOf(unit.hint);
      return name.empty() ? usualName(unit.node.type) : name;
    };
    std::map<std::string, int> count, numbers;
    for (const Unit& unit : units_) ++count[baseOf(unit)];
    std::set<std::string> taken;
    for (size_t i = 0; i < units_.size(); ++i) {
      const std::string base = baseOf(units_[i]);
      const bool digit = std::isdigit(static_cast<unsigned char>(base.back()));
      std::string name = base;
      while ((count[base] > 1 && name == base) || taken.contains(name))
        name = base + (digit ? "_" : "") + std::to_string(++numbers[base]);
      taken.insert(name);
      places_[i] = {name};
    }
  }

  Graph build() {
    std::vector<int> all(units_.size());
    for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<int>(i);
    return container(all, 0, {}, {});
  }
  // Of the node itself, from the top.
  std::string path(int unit) const { return joined(places_[at(unit)]); }

 private:
  static size_t at(int unit) { return static_cast<size_t>(unit); }
  static std::string joined(const std::vector<std::string>& segments) {
    std::string text;
    for (const std::string& segment : segments) text += (text.empty() ? "" : "/") + segment;
    return text;
  }
  std::string nameFor(const Unit& unit) const {
    return unit.path.empty() ? usualName(unit.node.type) : unit.path;
  }

  // Values from outside that the members read, and members that are read outside, each in their order.
  std::vector<int> reads(const std::vector<int>& members) const {
    const std::set<int> inside(members.begin(), members.end());
    std::vector<int> list;
    for (const int unit : members)
      for (const int input : units_[at(unit)].inputs)
        if (!inside.contains(input) && std::ranges::find(list, input) == list.end()) list.push_back(input);
    return list;
  }
  std::vector<int> gives(const std::vector<int>& members) const {
    const std::set<int> inside(members.begin(), members.end());
    std::vector<int> list;
    for (const int unit : members)
      if (std::ranges::any_of(readBy_[at(unit)], [&](int reader) { return !inside.contains(reader); }))
        list.push_back(unit);
    // What leaves the network comes in the order in which it leaves.
    std::ranges::stable_sort(list, {}, [&](int unit) { return std::ranges::find(outputs_, unit); });
    return list;
  }
  std::string portName(const std::string& base, size_t number, size_t count, int unit, bool output) const {
    for (size_t i = 0; output && i < outputs_.size(); ++i)
      if (outputs_[i] == unit && outputs_.size() > 1) return nodeNameOf(flat_.outputNames[i]);
    return count == 1 ? base : base + std::to_string(number + 1);
  }

  Graph container(const std::vector<int>& members, size_t depth, const std::vector<int>& inputs,
                  const std::vector<int>& results) {
    Graph graph;
    const Level level = levelOf(members, depth);
    std::map<int, Place> known;
    for (size_t i = 0; i < inputs.size(); ++i) {
      const std::string name = freeIn(level, portName("x", i, inputs.size(), inputs[i], false));
      graph.nodes.push_back({.name = name, .type = typeId::partInput});
      known[inputs[i]] = {name, 0};
    }
    const auto wire = [&](int source, const std::string& to, size_t port) {
      const auto from = known.find(source);
      if (from != known.end())
        graph.wires.push_back({from->second.node, from->second.port, to, static_cast<int>(port)});
    };
    struct Late {
      int source;
      std::string to;
      size_t port;
    };
    std::vector<Late> wires;
    std::set<std::string> opened;
    for (const int unit : members) {
      const std::vector<std::string>& place = places_[at(unit)];
      const std::string name = place[depth];
      if (place.size() == depth + 1) {
        Node node = units_[at(unit)].node;
        node.name = name;
        graph.nodes.push_back(std::move(node));
        known[unit] = {name, 0};
        for (size_t port = 0; port < units_[at(unit)].inputs.size(); ++port)
          wires.push_back({units_[at(unit)].inputs[port], name, port});
        continue;
      }
      if (opened.contains(name)) continue;
      for (Copy& copy : copiesFrom(level, name)) {
        opened.insert({copy.segment, copy.node.name});
        for (size_t port = 0; port < copy.out.size(); ++port)
          known[copy.out[port]] = {copy.node.name, static_cast<int>(port)};
        if (copy.folded) continue;
        for (size_t port = 0; port < copy.in.size(); ++port)
          wires.push_back({copy.in[port], copy.node.name, port});
        graph.nodes.push_back(std::move(copy.node));
      }
    }
    for (const Late& late : wires) wire(late.source, late.to, late.port);
    for (size_t i = 0; i < results.size(); ++i) {
      const std::string name = freeIn(level, portName("y", i, results.size(), results[i], true));
      graph.nodes.push_back({.name = name, .type = typeId::partOutput});
      wire(results[i], name, 0);
    }
    return graph;
  }

  // What stands in one container: the names at that depth, and the members of the containers inside.
  struct Level {
    size_t depth = 0;
    std::set<std::string> names;
    std::map<std::string, std::vector<int>> inside;
  };
  Level levelOf(const std::vector<int>& members, size_t depth) const {
    Level level{.depth = depth};
    for (const int unit : members) {
      const std::vector<std::string>& place = places_[at(unit)];
      level.names.insert(place[depth]);
      if (place.size() > depth + 1) level.inside[place[depth]].push_back(unit);
    }
    return level;
  }

  // A container of one segment, "part" or "part[2]".
  struct Copy {
    std::string segment;
    std::vector<int> inside, in, out;
    Node node;
    bool folded = false;  // into the first copy
  };
  Copy copyOf(const Level& level, const std::string& segment) {
    Copy copy{.segment = segment};
    if (const auto found = level.inside.find(segment); found != level.inside.end())
      copy.inside = found->second;
    if (copy.inside.empty()) return copy;
    copy.in = reads(copy.inside);
    copy.out = gives(copy.inside);
    copy.node = {.name = segment, .type = typeId::part};
    copy.node.body.push_back(container(copy.inside, level.depth + 1, copy.in, copy.out));
    return copy;
  }
  // Alone, or with its copies where it is the first; those become one repeated part where they are alike and
  // stand in a row.
  std::vector<Copy> copiesFrom(const Level& level, const std::string& segment) {
    std::vector<Copy> copies;
    copies.push_back(copyOf(level, segment));
    const size_t bracket = segment.find('[');
    if (bracket == std::string::npos) return copies;
    const std::string base = segment.substr(0, bracket);
    for (int64_t number = 2; segment == base + "[1]"; ++number) {
      Copy next = copyOf(level, base + "[" + std::to_string(number) + "]");
      if (next.inside.empty()) break;
      copies.push_back(std::move(next));
    }
    bool alike = copies.size() > 1 && freeIn(level, base) == base;
    for (size_t k = 1; k < copies.size(); ++k) {
      alike = alike && copies[k].node.body == copies[0].node.body && copies[k].in == copies[k - 1].out;
      for (const int given : copies[k - 1].out)
        alike = alike && std::ranges::all_of(readBy_[at(given)], [&](int reader) {
                  return std::ranges::find(copies[k].inside, reader) != copies[k].inside.end() ||
                         std::ranges::find(copies[k - 1].inside, reader) != copies[k - 1].inside.end();
                });
    }
    if (alike) copies[0].node.attributes["repeat"] = static_cast<int64_t>(copies.size());
    for (size_t k = 0; k < copies.size(); ++k) {
      copies[k].folded = alike && k > 0;
      copies[k].node.name = alike ? base : freeIn(level, nodeNameOf(copies[k].segment));
      for (const int unit : copies[k].inside)
        if (!alike) places_[at(unit)][level.depth] = copies[k].node.name;
    }
    return copies;
  }

  // A name that no member bears here.
  static std::string freeIn(const Level& level, std::string name) {
    if (name.empty()) name = "y";
    while (level.names.contains(name)) name += "_";
    return name;
  }

  const FlatNetwork& flat_;
  const std::vector<Unit>& units_;
  const std::vector<int>& outputs_;
  std::vector<std::vector<std::string>> places_;
  std::vector<std::vector<int>> readBy_;
};

// Only what differs from the default is kept.
void dropDefaults(Graph& graph, const LayerCatalog& layers) {
  for (Node& node : graph.nodes) {
    const LayerType* type = layers.find(node.type);
    std::erase_if(node.attributes, [&](const auto& attribute) {
      const AttributeDescription* description = type ? type->attributes.find(attribute.first) : nullptr;
      return description && description->fallback == attribute.second;
    });
    for (Graph& body : node.body) dropDefaults(body, layers);
  }
}

// Class scores get a loss, so that training can go on.
void addLoss(Graph& graph, const FlatNetwork& flat) {
  if (flat.outputs.size() != 1 || flat.isPart) return;
  const FlatLayer& last = flat.layers[static_cast<size_t>(flat.outputs[0])];
  if (last.shape.rank() != 1 || last.shape[0] < 2 || last.type == typeId::sigmoid ||
      last.type == typeId::input)
    return;
  for (const Node& node : graph.nodes) {
    const bool read =
        std::ranges::any_of(graph.wires, [&](const Wire& wire) { return wire.from == node.name; });
    if (read) continue;
    const std::string from = node.name;
    const std::string name = graph.find("loss") ? freeName(graph, "loss") : "loss";
    graph.nodes.push_back({.name = name, .type = "softmax_loss"});
    graph.wires.push_back({from, 0, name, 0});
    return;
  }
}

Result<ParameterStore> weightsFor(const CheckedNetwork& checked,
                                  const std::map<std::string, const std::vector<float>*>& given) {
  ParameterStore store(checked.graph.parameters);
  for (int i = 0; i < store.size(); ++i) {
    const auto found = given.find(store.info(i).name);
    if (found == given.end() || found->second->size() != store.values(i).size())
      return Error{ErrorKind::data, "The model has no weights that fit " + store.info(i).name +
                                        "; nothing was taken over. Please report this model."};
    std::ranges::copy(*found->second, store.values(i).begin());
  }
  return store;
}

}  // namespace

std::vector<Unit> unitsOf(const FlatNetwork& flat) {
  std::vector<Unit> units;
  for (size_t i = 0; i < flat.layers.size(); ++i) {
    const FlatLayer& layer = flat.layers[i];
    Unit unit{.node = {.type = layer.type, .attributes = layer.attributes},
              .inputs = layer.inputs,
              .path = layer.name,
              .hint = moduleName(layer.name)};
    if (layer.type == typeId::input)
      unit.path = unit.hint =
          layer.name == "input" && layer.shape.rank() == 3 ? "image" : nodeNameOf(layer.name);
    if (!layer.weights.empty()) unit.weights.push_back({"", static_cast<int>(i)});
    units.push_back(std::move(unit));
  }
  return units;
}

Result<ImportedModel> assembleNetwork(const FlatNetwork& flat, const std::vector<Unit>& units,
                                      const std::vector<int>& outputs, const LayerCatalog& layers,
                                      bool usePaths) {
  // Each is followed back to where its two ways part.
  constexpr int64_t mostSums = 2000;
  const int64_t sums =
      std::ranges::count_if(units, [](const Unit& unit) { return unit.node.type == typeId::add; });
  if (sums > mostSums)
    return Error{ErrorKind::data, "The model has " + std::to_string(sums) +
                                      " sums that no residual blocks have, and at most " +
                                      std::to_string(mostSums) + " are read."};
  Assembly assembly(flat, units, outputs);
  usePaths ? assembly.placeByPaths() : assembly.placeByHints();
  ImportedModel model{.network = {flat.title, assembly.build()}, .weights = {}, .notes = flat.notes};
  addLoss(model.network.graph, flat);
  dropDefaults(model.network.graph, layers);
  const CheckedNetwork checked = check(model.network, layers, {.batch = 1, .mode = Mode::evaluation});
  if (!checked.ok())
    return Error{ErrorKind::data,
                 "The model was read, but is not a sound network: " + summarise(checked.diagnostics)};
  std::map<std::string, const std::vector<float>*> given;
  for (size_t i = 0; i < units.size(); ++i)
    for (const Unit::Weights& weights : units[i].weights)
      for (const auto& [name, values] : flat.layers[static_cast<size_t>(weights.layer)].weights)
        given[assembly.path(static_cast<int>(i)) + weights.below + "/" + name] = &values;
  Result<ParameterStore> store = weightsFor(checked, given);
  if (!store) return store.error();
  model.weights = std::move(*store);
  return model;
}

}  // namespace bypath
