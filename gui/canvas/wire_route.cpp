#include "gui/canvas/wire_route.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <QLineF>

#include "gui/canvas/canvas_style.h"

namespace bypath {

namespace {

constexpr double turn = 12;       // a lane leaves its port after this distance, above and below
constexpr double laneSpace = 16;  // between two lanes
constexpr double barSpace = 7;    // between two level stretches

// Nodes by their upper edge, to look up those at a height.
class Obstacles {
 public:
  explicit Obstacles(std::vector<QRectF> nodes) : nodes_(std::move(nodes)) {
    std::sort(nodes_.begin(), nodes_.end(),
              [](const QRectF& a, const QRectF& b) { return a.top() < b.top(); });
    for (const QRectF& r : nodes_) tallest_ = std::max(tallest_, r.height());
  }

  std::vector<QRectF> between(double top, double bottom) const {
    std::vector<QRectF> found;
    auto r = std::lower_bound(nodes_.begin(), nodes_.end(), top - tallest_,
                              [](const QRectF& n, double y) { return n.top() < y; });
    for (; r != nodes_.end() && r->top() < bottom; ++r)
      if (r->bottom() > top) found.push_back(*r);
    return found;
  }

 private:
  std::vector<QRectF> nodes_;
  double tallest_ = 0;
};

struct Lane {
  double x, top, bottom;
};

struct Crossbar {
  double y, left, right;
};

bool crosses(const QPainterPath& path, const QRectF& rect) {
  if (!path.boundingRect().adjusted(-1, -1, 1, 1).intersects(rect)) return false;
  const int steps = std::clamp(int(path.boundingRect().height() / 12), 12, 60);
  for (int i = 1; i < steps; ++i)
    if (rect.contains(path.pointAtPercent(double(i) / steps))) return true;
  return false;
}

// The free place nearest to the middle of a lane.
QPointF laneLabel(double x, bool left, double from, double to, const std::vector<QRectF>& nodes,
                  const std::vector<Crossbar>& bars) {
  for (const double share : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9}) {
    const double y = from + (to - from) * share;
    const QRectF place(left ? x - laneLabelWidth : x, y - 8, laneLabelWidth, 16);
    const auto hits = [&](const QRectF& node) { return node.intersects(place); };
    const auto crosses = [&](const Crossbar& bar) {
      return bar.y > place.top() && bar.y < place.bottom() && bar.left < place.right() &&
             bar.right > place.left();
    };
    if (std::none_of(nodes.begin(), nodes.end(), hits) && std::none_of(bars.begin(), bars.end(), crosses))
      return {x, y};
  }
  return {x, (from + to) / 2};
}

// A wire that sweeps far aside runs level, below its port, apart from other such wires; its label stands
// above the reader. False where there is no room for that.
bool sweep(WireWay& way, const WireEnds& ends, const std::vector<QRectF>& nodes,
           std::vector<Crossbar>& bars) {
  const auto [from, to] = ends;
  const double left = std::min(from.x(), to.x()), right = std::max(from.x(), to.x());
  for (double y = from.y() + turn; y <= to.y() - 2 * turn; y += barSpace) {
    const auto taken = [&](const Crossbar& bar) {
      return std::abs(bar.y - y) < barSpace - 0.5 && bar.left < right && bar.right > left;
    };
    if (std::any_of(bars.begin(), bars.end(), taken)) continue;
    const QPainterPath path = roundedPath({from, {from.x(), y}, {to.x(), y}, to}, 12);
    const auto inTheWay = [&](const QRectF& node) {
      return crosses(path, node) ||
             (y > node.top() && y < node.bottom() && node.left() < right && node.right() > left);
    };
    if (std::any_of(nodes.begin(), nodes.end(), inTheWay)) continue;
    bars.push_back({y, left, right});
    way.path = path;
    way.label = {to.x(), (y + to.y()) / 2 + 1};
    return true;
  }
  return false;
}

}  // namespace

QPainterPath roundedPath(const std::vector<QPointF>& points, double radius) {
  QPainterPath path(points.front());
  for (size_t i = 1; i + 1 < points.size(); ++i) {
    const QLineF in(points[i], points[i - 1]), out(points[i], points[i + 1]);
    const double r = std::min({radius, in.length() / 2, out.length() / 2});
    if (r < 0.5) {
      path.lineTo(points[i]);
      continue;
    }
    path.lineTo(in.pointAt(r / in.length()));
    path.quadTo(points[i], out.pointAt(r / out.length()));
  }
  path.lineTo(points.back());
  return path;
}

QPainterPath directWire(QPointF from, QPointF to) {
  QPainterPath path(from);
  if (std::abs(from.x() - to.x()) < 0.5 && to.y() > from.y()) {
    path.lineTo(to);
    return path;
  }
  const double reach = std::clamp(std::abs(to.y() - from.y()) * 0.5, 18.0, 90.0);
  path.cubicTo(from + QPointF(0, reach), to - QPointF(0, reach), to);
  return path;
}

std::vector<WireWay> routeWires(const std::vector<WireEnds>& wires, const std::vector<QRectF>& nodes) {
  const Obstacles obstacles(nodes);
  std::vector<WireWay> ways(wires.size());
  std::vector<Lane> lanes;
  std::vector<Crossbar> bars;
  // Short ones first: their lanes stay near, longer ones pass outside.
  std::vector<size_t> order(wires.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto span = [&](size_t i) { return std::abs(wires[i].to.y() - wires[i].from.y()); };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return span(a) < span(b); });

  for (size_t i : order) {
    const auto [from, to] = wires[i];
    WireWay& way = ways[i];
    way.path = directWire(from, to);
    way.label = way.path.pointAtPercent(0.5);
    const bool upwards = to.y() < from.y() + turn;
    const double top = std::min(from.y() + turn, to.y() - turn),
                 bottom = std::max(from.y() + turn, to.y() - turn);
    const std::vector<QRectF> near = obstacles.between(top - turn, bottom + turn);
    const bool wide = std::abs(to.x() - from.x()) > style::cardWidth / 2;
    if (wide && !upwards && sweep(way, wires[i], near, bars)) continue;
    double leftmost = 1e300, rightmost = -1e300;
    for (const QRectF& r : near)
      if (upwards ? r.left() < std::max(from.x(), to.x()) && r.right() > std::min(from.x(), to.x())
                  : crosses(way.path, r)) {
        leftmost = std::min(leftmost, r.left());
        rightmost = std::max(rightmost, r.right());
      }
    if (rightmost < leftmost) {
      if (!upwards) continue;
      leftmost = std::min(from.x(), to.x());
      rightmost = std::max(from.x(), to.x());
    }

    way.lane = true;
    way.left = to.x() < (leftmost + rightmost) / 2 - 1;
    const double side = way.left ? -1 : 1;
    double x = way.left ? leftmost - style::laneGap : rightmost + style::laneGap;
    for (bool moved = true; moved;) {
      moved = false;
      for (const QRectF& r : near)
        if (x > r.left() - 8 && x < r.right() + 8 && r.bottom() > top && r.top() < bottom) {
          x = way.left ? r.left() - style::laneGap : r.right() + style::laneGap;
          moved = true;
        }
      for (const Lane& lane : lanes)
        if (std::abs(lane.x - x) < laneSpace - 0.5 && lane.top < bottom && lane.bottom > top) {
          x = lane.x + side * laneSpace;
          moved = true;
        }
    }
    lanes.push_back({x, top, bottom});
    way.path = roundedPath({from, from + QPointF(0, turn), QPointF(x, from.y() + turn),
                            QPointF(x, to.y() - turn), to - QPointF(0, turn), to},
                           14);
    way.label = laneLabel(x, way.left, from.y() + turn, to.y() - turn, near, bars);
  }
  return ways;
}

}  // namespace bypath
