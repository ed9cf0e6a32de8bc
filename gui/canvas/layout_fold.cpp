#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gui/canvas/canvas_style.h"
#include "gui/canvas/layout.h"

namespace bypath {

namespace {

constexpr double shortEnough = 640;  // fits a window as it is
constexpr double wantedAspect = 1.5;
constexpr int mostColumns = 64;

struct Level {
  std::vector<const Node*> nodes;
  double bottom = 0;
  int wiresOut = 0;  // wires that pass the gap below
};

int columnsFor(double width, double height) {
  int best = 1;
  double smallest = std::numeric_limits<double>::max();
  for (int count = 1; count <= mostColumns; ++count) {
    const double aspect = count * (width + style::foldGap) / (height / count);
    if (const double off = std::abs(std::log(aspect / wantedAspect)); off < smallest) {
      smallest = off;
      best = count;
    }
  }
  return best;
}

}  // namespace

Positions foldedLayout(const Graph& graph, const ExtentOf& extent, const Positions& tall) {
  std::map<double, Level> levels;  // by upper edge
  double left = std::numeric_limits<double>::max(), right = std::numeric_limits<double>::lowest(), bottom = 0;
  for (const Node& node : graph.nodes) {
    const QPointF at = tall.at(node.name);
    const NodeExtent e = extent(node);
    Level& level = levels[at.y()];
    level.nodes.push_back(&node);
    level.bottom = std::max(level.bottom, at.y() + e.height);
    left = std::min(left, at.x());
    right = std::max(right, at.x() + e.width + e.overhang);
    bottom = std::max(bottom, level.bottom);
  }
  if (bottom <= shortEnough) return tall;
  for (const Wire& wire : graph.wires) {
    const auto from = tall.find(wire.from), to = tall.find(wire.to);
    if (from == tall.end() || to == tall.end()) continue;
    const auto [first, last] = std::minmax({from->second.y(), to->second.y()});
    for (auto level = levels.find(first); level->first != last; ++level) ++level->second.wiresOut;
  }

  const double wanted = bottom / columnsFor(right - left, bottom);
  Positions folded;
  double x = 0;
  for (auto level = levels.begin(); level != levels.end();) {
    const double top = level->first;
    double columnLeft = std::numeric_limits<double>::max(),
           columnRight = std::numeric_limits<double>::lowest();
    std::vector<const Node*> column;
    for (bool full = false; level != levels.end() && !full; ++level) {
      for (const Node* node : level->second.nodes) {
        const QPointF at = tall.at(node->name);
        const NodeExtent e = extent(*node);
        columnLeft = std::min(columnLeft, at.x());
        columnRight = std::max(columnRight, at.x() + e.width + e.overhang);
        column.push_back(node);
      }
      const double reached = level->second.bottom;
      full =
          level->second.wiresOut == 1 && reached - top >= 0.85 * wanted && bottom - reached >= 0.35 * wanted;
    }
    for (const Node* node : column) folded[node->name] = tall.at(node->name) + QPointF(x - columnLeft, -top);
    x += std::ceil((columnRight - columnLeft + style::foldGap) / style::grid) * style::grid;
  }
  return folded;
}

}  // namespace bypath
