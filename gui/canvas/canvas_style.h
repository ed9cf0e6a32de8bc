// Measures and fonts of the canvas, in scene units (pixels at 100 %).
#pragma once

#include <QApplication>
#include <QColor>
#include <QFont>

namespace bypath {

namespace style {

constexpr double cardWidth = 220;
constexpr double headerHeight = 34;
constexpr double detailHeight = 28;  // its text stands clear of the ports below
constexpr double cardRadius = 9;
constexpr double portRadius = 5;
constexpr double portReach = 13;  // how near a click counts as on the port
constexpr double grid = 10;       // snap; dots every second line
constexpr double rankGap = 52;    // between layers of the automatic layout: room for a shape label
constexpr double columnGap = 56;
constexpr double foldGap = 220;     // between the columns of a folded layout: a wire up, with its label
constexpr double laneGap = 26;      // from a node to a wire that passes beside it
constexpr double stub = 32;         // residual block: wire above and below its card, inside the item
constexpr double arcReach = 34;     // residual block: how far the shortcut swings out beside the card
constexpr double detailZoom = 0.4;  // below, nodes are painted without text

}  // namespace style

inline QFont canvasFont(double pixels, QFont::Weight weight = QFont::Normal) {
  QFont font = QApplication::font();
  font.setPixelSize(qRound(pixels));
  font.setWeight(weight);
  return font;
}

inline QColor mixed(const QColor& a, const QColor& b, double share) {
  const auto part = [share](int x, int y) { return qRound(x + (y - x) * share); };
  return QColor(part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue()));
}

inline QColor faded(QColor colour, double alpha) {
  colour.setAlphaF(alpha);
  return colour;
}

}  // namespace bypath
