// Lines of one height through a grid of values (marching squares), in columns and rows: (0, 0) is the middle
// of the first cell. A square with a corner that is not finite has none.
//
//   for (const QLineF& piece : contourLines({values, 25}, 1.5)) painter.drawLine(onScreen(piece));
#pragma once

#include <QLineF>
#include <vector>

namespace bypath {

struct HeightGrid {
  const std::vector<double>& values;  // row by row
  int columns = 1;

  int rows() const { return static_cast<int>(values.size()) / columns; }
  double at(int column, int row) const { return values[static_cast<size_t>(row * columns + column)]; }
};

std::vector<QLineF> contourLines(const HeightGrid& grid, double height);

}  // namespace bypath
