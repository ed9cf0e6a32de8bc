// A chart as a file: a picture, or the numbers behind it. Whoever has a chart gives how to paint it and its
// numbers as text.
//
//   writeFigure({size(), tr("Lengths"), [&](QPainter& painter) { paint(painter); }, csv}, "paths.svg");
#pragma once

#include <functional>
#include <QByteArray>
#include <QSize>
#include <QString>

#include "core/base/result.h"

class QPainter;

namespace bypath {

struct Figure {
  QSize size;
  QString title;
  std::function<void(QPainter&)> paint;  // fills that size
  std::function<QByteArray()> csv;
};

// The ending of the path chooses: .png (twice the size on screen), .svg, .pdf, .csv.
Result<void> writeFigure(const Figure& figure, const QString& path);

// In quotes wherever a table needs them.
QByteArray csvText(const QString& text);

}  // namespace bypath
