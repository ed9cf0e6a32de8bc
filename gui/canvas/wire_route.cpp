#include "gui/canvas/wire_route.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
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

// Whether the line from a to b has a point in the rectangle (Liang & Barsky's clipping).
bool lineCrosses(QPointF a, QPointF b, const QRectF& rect) {
  double first = 0, last = 1;
  const auto clip = [&](double towards, double room) {
    if (towards == 0) return room >= 0;
    const double t = room / towards;
    if (towards < 0)
      first = std::max(first, t);
    else
      last = std::min(last, t);
    return first <= last;
  };
  const QPointF d = b - a;
  return clip(-d.x(), a.x() - rect.left()) && clip(d.x(), rect.right() - a.x()) &&
         clip(-d.y(), a.y() - rect.top()) && clip(d.y(), rect.bottom() - a.y());
}

// Lines exactly, curves as 16 lines each; the time does not grow with the length.
bool crosses(const QPainterPath& path, const QRectF& rect) {
  if (!path.boundingRect().adjusted(-1, -1, 1, 1).intersects(rect)) return false;
  QPointF at;
  for (int i = 0; i < path.elementCount(); ++i) {
    const QPainterPath::Element element = path.elementAt(i);
    if (element.isLineTo() && lineCrosses(at, element, rect)) return true;
    if (element.isCurveTo()) {
      const QPointF from = at, c1 = element, c2 = path.elementAt(i + 1), to = path.elementAt(i + 2);
      QPointF before = from;
      for (int step = 1; step <= 16; ++step) {
        const double t = step / 16.0, s = 1 - t;
        const QPointF now = s * s * s * from + 3 * s * s * t * c1 + 3 * s * t * t * c2 + t * t * t * to;
        if (lineCrosses(before, now, rect)) return true;
        before = now;
      }
      i += 2;
    }
    at = path.elementAt(i);
  }
  return false;
}

// A wire that sweeps far aside runs level, below its port, apart from other such wires; its label stands
// above the reader. False where there is no room for that.
bool sweep(WireWay& way, const WireEnds& ends, const std::vector<QRectF>& nodes,
           std::vector<Crossbar>& bars) {
  const auto [from, to] = ends;
  const double left = std::min(from.x(), to.x()), right = std::max(from.x(), to.x());
  const double top = from.y() + turn, room = to.y() - 2 * turn - top;
  constexpr double mostLevels = 200;  // of one wire; farther down any place is as good
  const int levels = room < 0 ? 0 : 1 + static_cast<int>(std::min(mostLevels, room / barSpace));
  for (int level = 0; level < levels; ++level) {
    const double y = top + level * barSpace;
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

namespace {

// Routes one wire after the other and remembers where lanes run.
class Router {
 public:
  explicit Router(const std::vector<QRectF>& nodes) : obstacles_(nodes) {}

  WireWay route(const WireEnds& ends) {
    const auto [from, to] = ends;
    const double top = std::min(from.y() + turn, to.y() - turn);
    const double bottom = std::max(from.y() + turn, to.y() - turn);
    const std::vector<QRectF> near = obstacles_.between(top - turn, bottom + turn);
    const double left = std::min(from.x(), to.x()), right = std::max(from.x(), to.x());
    const bool wide = right - left > style::cardWidth / 2;
    WireWay way;
    if (to.y() < from.y() + turn) {
      if (wide)
        if (const auto x = stripBetween(left, right, top, bottom, near)) return lane(ends, *x, false, near);
      double leftmost = left, rightmost = right;
      for (const QRectF& r : near)
        if (r.left() < right && r.right() > left) {
          leftmost = std::min(leftmost, r.left());
          rightmost = std::max(rightmost, r.right());
        }
      return beside(ends, leftmost, rightmost, near);
    }
    if (wide && sweep(way, ends, near, bars_)) return way;
    way.path = directWire(from, to);
    way.label = (from + to) / 2;  // the curve's own middle
    double leftmost = 1e300, rightmost = -1e300;
    for (const QRectF& r : near)
      if (crosses(way.path, r)) {
        leftmost = std::min(leftmost, r.left());
        rightmost = std::max(rightmost, r.right());
      }
    return rightmost < leftmost ? way : beside(ends, leftmost, rightmost, near);
  }

 private:
  bool taken(double x, double top, double bottom) const {
    return std::any_of(lanes_.begin(), lanes_.end(), [&](const Lane& lane) {
      return std::abs(lane.x - x) < laneSpace - 0.5 && lane.top < bottom && lane.bottom > top;
    });
  }

  static const QRectF* blocker(double x, double top, double bottom, const std::vector<QRectF>& near) {
    for (const QRectF& r : near)
      if (x > r.left() - 8 && x < r.right() + 8 && r.bottom() > top && r.top() < bottom) return &r;
    return nullptr;
  }

  // A free lane between the ports, as near as possible to the middle between the nodes on either side.
  std::optional<double> stripBetween(double left, double right, double top, double bottom,
                                     const std::vector<QRectF>& near) const {
    std::vector<double> free;
    constexpr double step = style::grid / 2.0;
    const int steps = right < left ? -1 : static_cast<int>((right - left) / step);
    for (int i = 0; i <= steps; ++i)
      if (const double x = left + i * step; !blocker(x, top, bottom, near)) free.push_back(x);
    if (free.empty()) return {};
    const double middle = free[free.size() / 2];
    std::sort(free.begin(), free.end(),
              [&](double a, double b) { return std::abs(a - middle) < std::abs(b - middle); });
    for (const double x : free)
      if (!taken(x, top, bottom)) return x;
    return {};
  }

  // A lane left or right of what is in the way, and of what is in the way there.
  WireWay beside(const WireEnds& ends, double leftmost, double rightmost, const std::vector<QRectF>& near) {
    const double top = std::min(ends.from.y() + turn, ends.to.y() - turn);
    const double bottom = std::max(ends.from.y() + turn, ends.to.y() - turn);
    const bool left = ends.to.x() < (leftmost + rightmost) / 2 - 1;
    double x = left ? leftmost - style::laneGap : rightmost + style::laneGap;
    for (;;) {
      if (const QRectF* r = blocker(x, top, bottom, near))
        x = left ? r->left() - style::laneGap : r->right() + style::laneGap;
      else if (taken(x, top, bottom))
        x += left ? -laneSpace : laneSpace;
      else
        return lane(ends, x, left, near);
    }
  }

  WireWay lane(const WireEnds& ends, double x, bool left, const std::vector<QRectF>& near) {
    const double leaves = ends.from.y() + turn, arrives = ends.to.y() - turn;
    lanes_.push_back({x, std::min(leaves, arrives), std::max(leaves, arrives)});
    WireWay way;
    way.lane = true;
    way.left = left;
    way.path = roundedPath(
        {ends.from, {ends.from.x(), leaves}, {x, leaves}, {x, arrives}, {ends.to.x(), arrives}, ends.to}, 14);
    way.label = laneLabel(x, left, leaves, arrives, near);
    return way;
  }

  // The free place nearest to the middle of a lane.
  QPointF laneLabel(double x, bool left, double from, double to, const std::vector<QRectF>& nodes) {
    for (const double share : {0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9}) {
      const double y = from + (to - from) * share;
      const QRectF place(left ? x - laneLabelWidth : x + 1, y - 8, laneLabelWidth - 1, 16);
      const auto hits = [&](const QRectF& other) { return other.intersects(place); };
      const auto isCrossed = [&](const Crossbar& bar) {
        return bar.y > place.top() && bar.y < place.bottom() && bar.left < place.right() &&
               bar.right > place.left();
      };
      const auto isPassed = [&](const Lane& lane) {
        return lane.x > place.left() && lane.x < place.right() && lane.top < place.bottom() &&
               lane.bottom > place.top();
      };
      if (std::any_of(nodes.begin(), nodes.end(), hits) ||
          std::any_of(labels_.begin(), labels_.end(), hits) ||
          std::any_of(bars_.begin(), bars_.end(), isCrossed) ||
          std::any_of(lanes_.begin(), lanes_.end(), isPassed))
        continue;
      labels_.push_back(place);
      return {x, y};
    }
    return {x, (from + to) / 2};
  }

  Obstacles obstacles_;
  std::vector<Lane> lanes_;
  std::vector<Crossbar> bars_;
  std::vector<QRectF> labels_;
};

}  // namespace

std::vector<WireWay> routeWires(const std::vector<WireEnds>& wires, const std::vector<QRectF>& nodes) {
  // Short ones first: their lanes stay near, longer ones pass outside.
  std::vector<size_t> order(wires.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto span = [&](size_t i) { return std::abs(wires[i].to.y() - wires[i].from.y()); };
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return span(a) < span(b); });
  Router router(nodes);
  std::vector<WireWay> ways(wires.size());
  for (size_t i : order) ways[i] = router.route(wires[i]);
  return ways;
}

}  // namespace bypath
