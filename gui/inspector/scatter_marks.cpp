#include "gui/inspector/scatter_marks.h"

#include <QPolygonF>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

enum Shape { circle, square, triangle, diamond, cross, shapes };

}  // namespace

QColor markColour(int kind) {
  const std::vector<QColor>& series = theme().series;
  return series[static_cast<size_t>(kind) % series.size()];
}

void paintMark(QPainter& painter, const QPointF& at, double radius, int kind, double strength) {
  QColor colour = markColour(kind);
  colour.setAlphaF(static_cast<float>(strength));
  const double r = radius;
  if (kind % shapes == cross) {
    painter.setPen(QPen(colour, r * 0.6));
    painter.drawLine(at + QPointF(-r, -r), at + QPointF(r, r));
    painter.drawLine(at + QPointF(-r, r), at + QPointF(r, -r));
    return;
  }
  painter.setPen(Qt::NoPen);
  painter.setBrush(colour);
  switch (kind % shapes) {
    case square:
      return painter.drawRect(QRectF(at.x() - r * 0.85, at.y() - r * 0.85, r * 1.7, r * 1.7));
    case triangle:
      return void(painter.drawPolygon(QPolygonF(
          {at + QPointF(0, -r * 1.15), at + QPointF(r * 1.1, r * 0.85), at + QPointF(-r * 1.1, r * 0.85)})));
    case diamond:
      return void(painter.drawPolygon(QPolygonF({at + QPointF(0, -r * 1.25), at + QPointF(r * 1.1, 0),
                                                 at + QPointF(0, r * 1.25), at + QPointF(-r * 1.1, 0)})));
    default:
      painter.drawEllipse(at, r, r);
  }
}

}  // namespace bypath
