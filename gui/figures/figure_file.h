// A picture as a file, or the numbers behind it: the only place that writes PNG, SVG and PDF of what the
// window shows. Whoever has a picture gives how to paint it and its numbers as text.
//
//   writeFigure({size(), tr("Lengths\nstep 200 of 7"), [&](QPainter& painter) { paint(painter); }, csv},
//               "paths.svg");
#pragma once

#include <functional>
#include <QByteArray>
#include <QColor>
#include <QSize>
#include <QString>

#include "core/base/result.h"

class QPainter;

namespace bypath {

struct Figure {
  QSize size;
  // The first line says what it shows and stands above the picture; the others, of which run and so on,
  // below.
  QString title;
  std::function<void(QPainter&)> paint;  // fills that size
  std::function<QByteArray()> csv{};     // none: it has no numbers
  bool titled = true;                    // false: the title is the file's alone, not the picture's
  QColor ground{};                       // none: the theme's
};

// The ending of the path chooses: .png (twice the size on screen, less where that would be too large), .svg,
// .pdf, .csv. Texts of an SVG keep their length where the font is missing. Errors: an ending of none of them
// (usage), no memory for so large a PNG (resources), the file cannot be written.
Result<void> writeFigure(const Figure& figure, const QString& path);

// The picture as SVG, for pages that hold it inside.
QByteArray svgOf(const Figure& figure);

// In quotes wherever a table needs them.
QByteArray csvText(const QString& text);

}  // namespace bypath
