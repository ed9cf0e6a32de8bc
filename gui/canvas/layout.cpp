#include "gui/canvas/layout.h"

#include <algorithm>
#include <cmath>
#include <QRectF>
#include <vector>

#include "gui/canvas/canvas_style.h"

namespace bypath {

namespace {

double snapped(double v) {
  return std::round(v / style::grid) * style::grid;
}

struct Layering {
  std::vector<std::vector<int>> before, after;  // neighbours of each node, back edges cut
  std::vector<int> rank;                        // longest way from a source
  std::vector<int> height;                      // longest way to a sink
  std::vector<std::vector<int>> rows;
};

// Depth first from every node; an edge to a node still on the stack closes a cycle and is dropped.
void cutCycles(Layering& l) {
  const int n = int(l.after.size());
  std::vector<int> state(n, 0);
  std::vector<size_t> next(n, 0);
  std::vector<int> finished;
  for (int root = 0; root < n; ++root) {
    if (state[root]) continue;
    std::vector<int> stack{root};
    state[root] = 1;
    while (!stack.empty()) {
      const int v = stack.back();
      if (next[v] == l.after[v].size()) {
        state[v] = 2;
        finished.push_back(v);
        stack.pop_back();
        continue;
      }
      const int w = l.after[v][next[v]];
      if (state[w] == 1) {
        l.after[v].erase(l.after[v].begin() + long(next[v]));
        continue;
      }
      ++next[v];
      if (state[w] == 0) {
        state[w] = 1;
        stack.push_back(w);
      }
    }
  }
  for (int v = 0; v < n; ++v)
    for (int w : l.after[v]) l.before[w].push_back(v);
  l.rank.assign(n, 0);
  l.height.assign(n, 0);
  for (int v : finished)
    for (int w : l.after[v]) l.height[v] = std::max(l.height[v], l.height[w] + 1);
  for (auto v = finished.rbegin(); v != finished.rend(); ++v)
    for (int w : l.after[*v]) l.rank[w] = std::max(l.rank[w], l.rank[*v] + 1);
}

Layering layersOf(const Graph& graph) {
  std::map<std::string, int> index;
  for (size_t i = 0; i < graph.nodes.size(); ++i) index.emplace(graph.nodes[i].name, int(i));
  Layering l;
  l.before.resize(graph.nodes.size());
  l.after.resize(graph.nodes.size());
  for (const Wire& wire : graph.wires) {
    const auto from = index.find(wire.from), to = index.find(wire.to);
    if (from == index.end() || to == index.end() || from == to) continue;
    auto& after = l.after[from->second];
    if (std::find(after.begin(), after.end(), to->second) == after.end()) after.push_back(to->second);
  }
  cutCycles(l);
  // A source (the labels, say) stands just above the first that reads it.
  for (size_t v = 0; v < l.rank.size(); ++v) {
    if (!l.before[v].empty() || l.after[v].empty()) continue;
    int first = l.rank[l.after[v][0]];
    for (int w : l.after[v]) first = std::min(first, l.rank[w]);
    l.rank[v] = first - 1;
  }
  const int rows = l.rank.empty() ? 0 : *std::max_element(l.rank.begin(), l.rank.end()) + 1;
  l.rows.resize(rows);
  for (size_t v = 0; v < l.rank.size(); ++v) l.rows[l.rank[v]].push_back(int(v));
  return l;
}

// The neighbour on the longest way, when the two choose each other; -1 otherwise.
std::vector<int> spineBefore(const Layering& l) {
  const auto best = [](const std::vector<int>& list, const std::vector<int>& value) {
    int winner = -1;
    for (int v : list)
      if (winner < 0 || value[v] > value[winner]) winner = v;
    return winner;
  };
  std::vector<int> spine(l.rank.size(), -1);
  for (size_t v = 0; v < spine.size(); ++v) {
    const int u = best(l.before[v], l.rank);
    if (u >= 0 && best(l.after[u], l.height) == int(v)) spine[v] = u;
  }
  return spine;
}

void orderRows(Layering& l, const std::vector<int>& spine) {
  std::vector<double> slot(l.rank.size());
  const auto number = [&](const std::vector<int>& row) {
    for (size_t i = 0; i < row.size(); ++i) slot[row[i]] = double(i);
  };
  for (auto& row : l.rows) {
    // Ahead of everything else, the chain; then as declared.
    std::stable_sort(row.begin(), row.end(), [&](int a, int b) { return (spine[a] >= 0) > (spine[b] >= 0); });
    number(row);
  }
  const auto sweep = [&](std::vector<int>& row, const std::vector<std::vector<int>>& neighbours) {
    std::map<int, double> centre;
    for (int v : row) {
      double sum = 0;
      for (int w : neighbours[v]) sum += slot[w];
      centre[v] = neighbours[v].empty() ? slot[v] : sum / double(neighbours[v].size());
    }
    std::stable_sort(row.begin(), row.end(), [&](int a, int b) { return centre[a] < centre[b]; });
    number(row);
  };
  for (int round = 0; round < 4; ++round) {
    for (auto& row : l.rows) sweep(row, l.before);
    for (auto row = l.rows.rbegin(); row != l.rows.rend(); ++row) sweep(*row, l.after);
  }
}

struct Wish {
  double centre;
  double weight;
};

// Centres nearest to the wishes (weighted squares) that keep order and distance: pool adjacent violators.
std::vector<double> placeRow(const std::vector<Wish>& wishes, const std::vector<double>& offset) {
  struct Pool {
    double sum, weight;
    size_t count;
  };
  std::vector<Pool> pools;
  for (size_t i = 0; i < wishes.size(); ++i) {
    pools.push_back({(wishes[i].centre - offset[i]) * wishes[i].weight, wishes[i].weight, 1});
    while (pools.size() > 1) {
      Pool& last = pools[pools.size() - 2];
      const Pool& violator = pools.back();
      if (last.sum / last.weight <= violator.sum / violator.weight) break;
      last = {last.sum + violator.sum, last.weight + violator.weight, last.count + violator.count};
      pools.pop_back();
    }
  }
  std::vector<double> centres;
  for (const Pool& pool : pools)
    for (size_t k = 0; k < pool.count; ++k)
      centres.push_back(pool.sum / pool.weight + offset[centres.size()]);
  return centres;
}

std::vector<double> columns(const Layering& l, const std::vector<int>& spine,
                            const std::vector<NodeExtent>& extents) {
  const size_t n = l.rank.size();
  std::vector<int> spineAfter(n, -1);
  for (size_t v = 0; v < n; ++v)
    if (spine[v] >= 0) spineAfter[spine[v]] = int(v);
  std::vector<double> x(n, 0);
  const auto place = [&](const std::vector<int>& row, const std::vector<std::vector<int>>& neighbours,
                         const std::vector<int>& partner) {
    std::vector<Wish> wishes;
    std::vector<double> offset;
    for (size_t i = 0; i < row.size(); ++i) {
      const int v = row[i];
      double wish = x[v];
      if (partner[v] >= 0) {
        wish = x[partner[v]];
      } else if (!neighbours[v].empty()) {
        wish = 0;
        for (int w : neighbours[v]) wish += x[w] / double(neighbours[v].size());
      }
      wishes.push_back({wish, spine[v] >= 0 || spineAfter[v] >= 0 ? 1e6 : 1});
      const NodeExtent here = extents[v];
      const NodeExtent left = i ? extents[row[i - 1]] : NodeExtent{};
      offset.push_back(i ? offset.back() + left.width / 2 + left.overhang + style::columnGap + here.width / 2
                         : 0);
    }
    const std::vector<double> placed = placeRow(wishes, offset);
    for (size_t i = 0; i < row.size(); ++i) x[row[i]] = placed[i];
  };
  for (int round = 0; round < 6; ++round) {
    for (const auto& row : l.rows) place(row, l.before, spine);
    for (auto row = l.rows.rbegin(); row != l.rows.rend(); ++row) place(*row, l.after, spineAfter);
  }
  return x;
}

}  // namespace

Positions layeredLayout(const Graph& graph, const ExtentOf& extent) {
  Layering l = layersOf(graph);
  const std::vector<int> spine = spineBefore(l);
  std::vector<NodeExtent> extents;
  for (const Node& node : graph.nodes) extents.push_back(extent(node));
  orderRows(l, spine);
  const std::vector<double> x = columns(l, spine, extents);

  Positions positions;
  double y = 0;
  for (const auto& row : l.rows) {
    double tallest = 0;
    for (int v : row) {
      positions[graph.nodes[v].name] = {snapped(x[v] - extents[v].width / 2), snapped(y)};
      tallest = std::max(tallest, extents[v].height);
    }
    y += tallest + style::rankGap;
    y = std::ceil(y / style::grid) * style::grid;
  }
  return positions;
}

Positions automaticLayout(const Graph& graph, const ExtentOf& extent) {
  return foldedLayout(graph, extent, layeredLayout(graph, extent));
}

Positions completeLayout(const Graph& graph, const ExtentOf& extent, const Positions& known) {
  const auto missing = [&](const Node& node) { return !known.count(node.name); };
  if (std::none_of(graph.nodes.begin(), graph.nodes.end(), missing)) return known;
  if (std::all_of(graph.nodes.begin(), graph.nodes.end(), missing)) return automaticLayout(graph, extent);

  Positions positions;
  std::vector<QRectF> taken;
  const auto occupy = [&](const Node& node, QPointF at) {
    const NodeExtent e = extent(node);
    positions[node.name] = at;
    taken.emplace_back(at, QSizeF(e.width + e.overhang, e.height));
  };
  for (const Node& node : graph.nodes)
    if (!missing(node)) occupy(node, known.at(node.name));

  for (const Node& node : graph.nodes) {
    if (positions.count(node.name)) continue;
    const NodeExtent e = extent(node);
    QPointF at(0, 0);
    bool placed = false;
    for (const Wire& wire : graph.wires) {
      const Node* from = graph.find(wire.from);
      if (wire.to == node.name && from && positions.count(wire.from)) {
        at = positions[wire.from] + QPointF(0, extent(*from).height + style::rankGap);
        placed = true;
      } else if (wire.from == node.name && !placed && positions.count(wire.to)) {
        at = positions[wire.to] - QPointF(0, e.height + style::rankGap);
        placed = true;
      }
    }
    if (!placed)
      for (const QRectF& r : taken) at = {r.left(), std::max(at.y(), r.bottom() + style::rankGap)};
    at = {snapped(at.x()), snapped(at.y())};
    const QSizeF size(e.width + e.overhang, e.height);
    const auto clash = [&](const QRectF& r) { return r.adjusted(-10, -10, 10, 10).intersects({at, size}); };
    for (auto hit = taken.begin(); (hit = std::find_if(taken.begin(), taken.end(), clash)) != taken.end();)
      at.setX(std::ceil((hit->right() + style::columnGap) / style::grid) * style::grid);
    occupy(node, at);
  }
  return positions;
}

}  // namespace bypath
