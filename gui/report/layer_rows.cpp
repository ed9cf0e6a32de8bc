#include "gui/report/layer_rows.h"

#include <algorithm>

namespace bypath {

namespace {

// "stage1[2]" of "stage1[2]/branch/conv1"; empty outside of copies.
std::string copyOf(const std::string& path) {
  const size_t end = path.find("]/");
  return end == std::string::npos ? std::string() : path.substr(0, end + 1);
}
std::string blockOf(const std::string& copy) {
  return copy.substr(0, copy.rfind('['));
}

bool alike(const CheckedNetwork& network, const LayerRows& one, const LayerRows& other) {
  if (one.paths.size() != other.paths.size() || blockOf(one.first) != blockOf(other.first)) return false;
  for (size_t i = 0; i < one.paths.size(); ++i) {
    const NodeFacts &a = network.nodes.at(one.paths[i]), &b = network.nodes.at(other.paths[i]);
    const bool same = a.type == b.type && a.outputs == b.outputs && a.parameters == b.parameters &&
                      a.multiplyAdds == b.multiplyAdds &&
                      one.paths[i].substr(one.first.size()) == other.paths[i].substr(other.first.size());
    if (!same) return false;
  }
  return true;
}

// Runs of layers of one copy, or of none; `first` is that copy.
std::vector<LayerRows> groupsOf(const CheckedNetwork& network) {
  std::vector<LayerRows> groups;
  for (const std::string& path : network.order) {
    const NodeFacts& facts = network.nodes.at(path);
    if (facts.container) continue;
    const std::string copy = copyOf(path);
    if (groups.empty() || groups.back().first != copy) groups.push_back({.first = copy});
    groups.back().paths.push_back(path);
    groups.back().parameters += facts.parameters;
    groups.back().multiplyAdds += facts.multiplyAdds;
  }
  return groups;
}

}  // namespace

std::vector<LayerRows> condensedLayers(const CheckedNetwork& network) {
  std::vector<LayerRows> rows;
  const LayerRows* told = nullptr;  // the copy that the next may be like
  const std::vector<LayerRows> groups = groupsOf(network);
  for (const LayerRows& group : groups) {
    if (!told || group.first.empty() || !alike(network, *told, group)) {
      rows.push_back(group);
      told = group.first.empty() ? nullptr : &group;
      continue;
    }
    if (rows.back().more == 0) rows.push_back({.first = group.first, .like = told->first});
    LayerRows& more = rows.back();
    ++more.more;
    more.last = group.first;
    more.parameters += group.parameters;
    more.multiplyAdds += group.multiplyAdds;
  }
  return rows;
}

}  // namespace bypath
