// Ways of wires around nodes: straight or gently curved where nothing is in between, else along a lane beside
// what is in the way. Lanes that would run over each other are moved apart. Pure geometry.
#pragma once

#include <QPainterPath>
#include <QRectF>
#include <vector>

namespace bypath {

struct WireEnds {
  QPointF from;  // an output port: the wire leaves downwards
  QPointF to;    // an input port: the wire arrives from above
  bool operator==(const WireEnds&) const = default;
};

struct WireWay {
  QPainterPath path;
  QPointF label;      // centre of the wire, or a point of its lane
  bool lane = false;  // the label stands beside it
  bool left = false;
};

// Labels get a place of about this size beside their lane where no node stands.
constexpr double laneLabelWidth = 72;

std::vector<WireWay> routeWires(const std::vector<WireEnds>& wires, const std::vector<QRectF>& nodes);
// A rubber wire while it is dragged.
QPainterPath directWire(QPointF from, QPointF to);
// Corners of a polyline rounded off.
QPainterPath roundedPath(const std::vector<QPointF>& points, double radius);

}  // namespace bypath
