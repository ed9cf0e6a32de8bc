// The mark of a kind of points: a colour that every kind of colour vision tells apart and, where there are
// more kinds than colours, another shape as well.
//
//   paintMark(painter, {x, y}, 3.5, kind, 1.0);
#pragma once

#include <QPainter>

namespace bypath {

QColor markColour(int kind);
// `radius` is half its width; `strength` its opacity.
void paintMark(QPainter& painter, const QPointF& at, double radius, int kind, double strength);

}  // namespace bypath
