#include "core/data/shape_outlines.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace bypath {
namespace {

// A direction of length 2^14.
struct Direction {
  int32_t x, y;
};

int32_t along(ShapePoint point, Direction direction) {
  return static_cast<int32_t>(
      (static_cast<int64_t>(point.x) * direction.x + static_cast<int64_t>(point.y) * direction.y) >> 14);
}

int32_t percent(int32_t radius, int32_t share) {
  return radius * share / 100;
}

int32_t box(ShapePoint point, int32_t halfWidth, int32_t halfHeight) {
  return std::max(std::abs(point.x) - halfWidth, std::abs(point.y) - halfHeight);
}

// A triangle wave around the origin: positive on bands of `width`, negative on the bands between, by the
// distance to the nearest edge of a band. The first band begins at 0.
int32_t bands(int32_t position, int32_t width) {
  const int32_t period = 2 * width;
  const int32_t phase = (position % period + period) % period;
  return phase < width ? std::min(phase, width - phase) : -std::min(phase - width, period - phase);
}

int32_t circle(ShapePoint point, int32_t radius) {
  return lengthOf(point) - radius;
}

int32_t ring(ShapePoint point, int32_t radius) {
  return std::abs(lengthOf(point) - percent(radius, 79)) - percent(radius, 21);
}

int32_t square(ShapePoint point, int32_t radius) {
  const int32_t half = percent(radius, 86);
  return box(point, half, half);
}

int32_t triangle(ShapePoint point, int32_t radius) {
  constexpr Direction sides[] = {{0, 16384}, {14189, -8192}, {-14189, -8192}};
  int32_t farthest = INT32_MIN;
  for (const Direction side : sides) farthest = std::max(farthest, along(point, side));
  return farthest - percent(radius, 60);
}

int32_t cross(ShapePoint point, int32_t radius) {
  const int32_t arm = percent(radius, 33);
  return std::min(box(point, radius, arm), box(point, arm, radius));
}

// A pentagram is where at most one of five half-planes is left: the second largest distance counts.
int32_t star(ShapePoint point, int32_t radius) {
  constexpr Direction sides[] = {{0, 16384}, {15582, 5063}, {9630, -13255}, {-9630, -13255}, {-15582, 5063}};
  int32_t largest = INT32_MIN, second = INT32_MIN;
  for (const Direction side : sides) {
    const int32_t distance = along(point, side);
    second = std::max(second, std::min(largest, distance));
    largest = std::max(largest, distance);
  }
  return second - percent(radius, 36);
}

int32_t crescent(ShapePoint point, int32_t radius) {
  const ShapePoint centred{point.x - percent(radius, 14), point.y};
  const ShapePoint bite{centred.x + percent(radius, 52), centred.y};
  return std::max(lengthOf(centred) - radius, percent(radius, 80) - lengthOf(bite));
}

int32_t hexagon(ShapePoint point, int32_t radius) {
  constexpr Direction sides[] = {{0, 16384}, {14189, 8192}, {14189, -8192}};
  int32_t farthest = 0;
  for (const Direction side : sides) farthest = std::max(farthest, std::abs(along(point, side)));
  return farthest - percent(radius, 88);
}

int32_t stripes(ShapePoint point, int32_t radius) {
  const int32_t width = percent(radius, 38);
  const int32_t middle = width / 2;  // three bands, the second around the origin
  return std::max(box(point, percent(radius, 95), width * 5 / 2), -bands(point.y + middle, width));
}

int32_t checker(ShapePoint point, int32_t radius) {
  const int32_t cell = percent(radius, 47);
  // Four cells a side; the outermost ones have no edge outwards but the box's.
  const auto columns = [cell](int32_t at) {
    return bands(std::clamp(at, -cell * 3 / 2, cell * 3 / 2), cell);
  };
  const int32_t across = columns(point.x), down = columns(point.y);
  const int32_t nearest = std::min(std::abs(across), std::abs(down));
  const bool filled = (across > 0) == (down > 0);
  return std::max(box(point, 2 * cell, 2 * cell), filled ? -nearest : nearest);
}

constexpr ShapeClass classes[] = {
    {"circle", circle},   {"ring", ring},       {"square", square},     {"triangle", triangle},
    {"cross", cross},     {"star", star},       {"crescent", crescent}, {"hexagon", hexagon},
    {"stripes", stripes}, {"checker", checker},
};

}  // namespace

int32_t lengthOf(ShapePoint point) {
  const int64_t squared = static_cast<int64_t>(point.x) * point.x + static_cast<int64_t>(point.y) * point.y;
  return static_cast<int32_t>(std::sqrt(static_cast<double>(squared)));
}

std::span<const ShapeClass> shapeClasses() {
  return classes;
}

}  // namespace bypath
