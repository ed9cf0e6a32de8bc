#include "core/network/shortcut_sites.h"

#include <algorithm>
#include <map>
#include <queue>

namespace bypath {
namespace {

constexpr int sideA = 1, sideB = 2;
// Of an Add with many inputs, only pairs of the first ones are looked at.
constexpr size_t mostInputs = 8;

void addOnce(std::vector<std::string>& list, const std::string& path) {
  if (std::find(list.begin(), list.end(), path) == list.end()) list.push_back(path);
}

}  // namespace

// What lies between an Add's inputs a and b and the fork.
struct ForkFinder::Exploration {
  struct Reader {
    std::string path;
    int sides = 0;
  };
  ValueId fork = noValue;
  std::vector<Reader> readers;             // of the fork
  std::map<std::string_view, int> layers;  // sides by layer path
  int count(int side) const {
    return static_cast<int>(
        std::count_if(layers.begin(), layers.end(), [&](const auto& e) { return e.second & side; }));
  }
  std::vector<std::string> consumers(int side) const {
    std::vector<std::string> paths;
    for (auto reader = readers.rbegin(); reader != readers.rend(); ++reader)
      if (reader->sides & side) addOnce(paths, reader->path);
    return paths;
  }
};

ForkFinder::ForkFinder(const OpGraph& graph) : graph_(graph), producer_(graph.values.size(), -1) {
  for (size_t op = 0; op < graph.nodes.size(); ++op)
    for (const ValueId made : graph.nodes[op].outputs)
      if (made != noValue && graph.value(made).kind == ValueKind::computed)
        producer_[static_cast<size_t>(made)] = static_cast<int>(op);
}

// Values are numbered in execution order: the largest unexplored one has been reached by all that read it, so
// the first that both sides have reached is the nearest.
ForkFinder::Exploration ForkFinder::explore(ValueId a, ValueId b, const AddPlace& place) const {
  struct Mark {
    int sides = 0;
    std::vector<Exploration::Reader> readers;
  };
  std::map<ValueId, Mark, std::greater<>> open;
  const auto reach = [&](ValueId value, int sides, const std::string& reader) {
    Mark& mark = open[value];
    mark.sides |= sides;
    mark.readers.push_back({reader, sides});
  };
  reach(a, sideA, place.path);
  reach(b, sideB, place.path);
  Exploration found;
  while (!open.empty()) {
    const auto [value, mark] = *open.begin();
    open.erase(open.begin());
    if (mark.sides == (sideA | sideB) && (place.blockPath.empty() || open.empty())) {
      found.fork = value;
      found.readers = mark.readers;
      return found;
    }
    const int op = producer_[static_cast<size_t>(value)];
    if (op < 0) continue;
    const OpNode& node = graph_.nodes[static_cast<size_t>(op)];
    found.layers[node.path] |= mark.sides;
    for (const ValueId input : node.inputs) {
      const ValueKind kind = graph_.value(input).kind;
      if (kind == ValueKind::computed || kind == ValueKind::input) reach(input, mark.sides, node.path);
    }
  }
  return found;
}

ShortcutSite ForkFinder::find(const AddPlace& place) const {
  ShortcutSite site{.path = place.blockPath.empty() ? place.path : place.blockPath};
  const size_t inputs = std::min(place.inputs.size(), mostInputs);
  for (size_t first = 0; first + 1 < inputs; ++first)
    for (size_t second = first + 1; second < inputs; ++second) {
      const ValueId a = place.inputs[first], b = place.inputs[second];
      const Exploration found = explore(a, b, place);
      if (found.fork == noValue) continue;
      const bool secondIsShortcut = !place.blockPath.empty() || found.count(sideB) <= found.count(sideA);
      site.fork = found.fork;
      site.branchEnd = secondIsShortcut ? a : b;
      site.shortcutEnd = secondIsShortcut ? b : a;
      site.branchConsumers = found.consumers(secondIsShortcut ? sideA : sideB);
      site.shortcutConsumers = found.consumers(secondIsShortcut ? sideB : sideA);
      // A gate between the two is the shortcut's.
      if (!place.blockPath.empty())
        std::erase_if(site.branchConsumers, [&](const std::string& path) {
          return std::ranges::count(site.shortcutConsumers, path) > 0;
        });
      return site;
    }
  return site;
}

std::vector<ShortcutSite> findShortcutSites(const OpGraph& graph, const std::vector<AddPlace>& adds) {
  const ForkFinder finder(graph);
  std::vector<ShortcutSite> sites;
  for (const AddPlace& add : adds) {
    ShortcutSite site = finder.find(add);
    if (site.fork != noValue && site.branchEnd != site.shortcutEnd) sites.push_back(std::move(site));
  }
  return sites;
}

}  // namespace bypath
