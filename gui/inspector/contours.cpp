#include "gui/inspector/contours.h"

#include <array>
#include <cmath>

namespace bypath {

namespace {

// A square's corners, clockwise from the upper left as rows go down, and their values.
struct Square {
  std::array<QPointF, 4> corners;
  std::array<double, 4> values;

  // Where the height lies between a corner and the next.
  QPointF crossing(size_t side, double height) const {
    const size_t next = (side + 1) % 4;
    const double share = (height - values[side]) / (values[next] - values[side]);
    return corners[side] + (corners[next] - corners[side]) * share;
  }
};

void addPieces(const Square& square, double height, std::vector<QLineF>& pieces) {
  std::vector<size_t> sides;
  for (size_t side = 0; side < 4; ++side)
    if ((square.values[side] < height) != (square.values[(side + 1) % 4] < height)) sides.push_back(side);
  if (sides.size() == 2)
    pieces.emplace_back(square.crossing(sides[0], height), square.crossing(sides[1], height));
  if (sides.size() != 4) return;
  // A saddle: what the middle is like is connected.
  const double middle = (square.values[0] + square.values[1] + square.values[2] + square.values[3]) / 4;
  const size_t first = (middle < height) == (square.values[0] < height) ? 0 : 3;
  for (const size_t side : {first, first + 2})
    pieces.emplace_back(square.crossing(side % 4, height), square.crossing((side + 1) % 4, height));
}

}  // namespace

std::vector<QLineF> contourLines(const HeightGrid& grid, double height) {
  std::vector<QLineF> pieces;
  for (int row = 0; row + 1 < grid.rows(); ++row)
    for (int column = 0; column + 1 < grid.columns; ++column) {
      const Square square{.corners = {QPointF(column, row), QPointF(column + 1, row),
                                      QPointF(column + 1, row + 1), QPointF(column, row + 1)},
                          .values = {grid.at(column, row), grid.at(column + 1, row),
                                     grid.at(column + 1, row + 1), grid.at(column, row + 1)}};
      bool finite = true;
      for (const double value : square.values) finite = finite && std::isfinite(value);
      if (finite) addPieces(square, height, pieces);
    }
  return pieces;
}

}  // namespace bypath
