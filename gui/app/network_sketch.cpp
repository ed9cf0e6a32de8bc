#include "gui/app/network_sketch.h"

#include <algorithm>
#include <cmath>
#include <QPainter>
#include <QPainterPath>

#include "core/network/type_ids.h"
#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double wantedAspect = 4.5;   // of a bar's room
constexpr double smallestPitch = 3.2;  // pixels a row; below, blocks are drawn whole
constexpr double barShare = 0.62;      // of a column; the rest is for arcs
constexpr double narrowest = 0.3;      // bar of a single pixel, or of a vector
constexpr double unitGap = 0.6;        // rows between blocks
constexpr double onArc = 0.8;          // bar of a layer on the shortcut, as a share of the arc's reach
constexpr double tallestRow = 9;       // pixels

double imageSize(const NodeFacts& facts) {
  if (facts.outputs.empty() || facts.outputs[0].rank() < 3) return 1;
  return static_cast<double>(std::max(facts.outputs[0][0], facts.outputs[0][1]));
}

bool isInside(const std::string& path, const std::string& container) {
  return path.size() > container.size() && path[container.size()] == '/' && path.starts_with(container);
}

// What is drawn as one bar.
struct Row {
  SketchLayer bar;
  double height = 1;
};

// A unit as it is drawn, and how high it is in rows.
struct Drawn {
  const SketchUnit* unit = nullptr;
  std::vector<Row> rows;
  int arcFrom = -1, arcTo = -1;

  double height() const {
    double sum = 0;
    for (const Row& row : rows) sum += row.height;
    return sum;
  }
};

std::vector<Drawn> drawnOf(const NetworkSketch& sketch, bool whole) {
  std::vector<Drawn> list;
  for (const SketchUnit& unit : sketch.units) {
    Drawn drawn{.unit = &unit, .rows = {}, .arcFrom = unit.arcFrom, .arcTo = unit.arcTo};
    if (whole && unit.residual) {
      double width = 0;
      for (const SketchLayer& layer : unit.layers) width = std::max(width, layer.width);
      drawn.rows.push_back({{QStringLiteral("Residual"), width}, 1.6});
      drawn.arcFrom = drawn.arcTo = unit.hasArc() ? 0 : -1;
    } else {
      for (const SketchLayer& layer : unit.layers) drawn.rows.push_back({layer});
    }
    if (!drawn.rows.empty()) list.push_back(std::move(drawn));
  }
  return list;
}

// A gap stands beside a residual block, none between two single layers.
double gapBetween(const Drawn& above, const Drawn& below) {
  return above.unit->residual || below.unit->residual ? unitGap : 0;
}

double totalHeight(const std::vector<Drawn>& list) {
  double sum = 0;
  for (size_t i = 0; i < list.size(); ++i)
    sum += list[i].height() + (i ? gapBetween(list[i - 1], list[i]) : 0);
  return sum;
}

int columnsFor(double rows, const QRectF& area) {
  return std::max(1, qRound(std::sqrt(barShare * area.width() * rows / (wantedAspect * area.height()))));
}

// Columns of about the same height; a block stays in one column.
std::vector<std::vector<Drawn>> columnsOf(std::vector<Drawn> list, int count) {
  std::vector<std::vector<Drawn>> columns(1);
  double left = totalHeight(list), filled = 0;
  for (Drawn& drawn : list) {
    const double height = drawn.height();
    const auto columnsLeft = count - static_cast<int>(columns.size()) + 1;
    const double share = (left + filled) / std::max(1, columnsLeft);
    if (!columns.back().empty() && columnsLeft > 1 && filled + height / 2 > share) {
      columns.emplace_back();
      filled = 0;
    }
    const double gap = columns.back().empty() ? 0 : gapBetween(columns.back().back(), drawn);
    filled += gap + height;
    left -= gap + height;
    columns.back().push_back(std::move(drawn));
  }
  return columns;
}

double heightOf(const std::vector<Drawn>& column) {
  return totalHeight(column);
}

class ColumnPainter {
 public:
  ColumnPainter(QPainter& painter, const QRectF& column, double pitch)
      : painter_(painter),
        column_(column),
        pitch_(pitch),
        middle_(column.left() + column.width() * barShare / 2) {}

  double middle() const { return middle_; }

  // From `top` on; returns the lower end.
  double paint(const std::vector<Drawn>& units, double top) {
    double y = top;
    const double bottom = top + heightOf(units) * pitch_;
    painter_.setPen(QPen(blend(theme().canvas, theme().wire, 0.7), line()));
    painter_.drawLine(QPointF(middle_, top + pitch_ / 2), QPointF(middle_, bottom - pitch_ / 2));
    for (size_t i = 0; i < units.size(); ++i) {
      if (i) y += gapBetween(units[i - 1], units[i]) * pitch_;
      y = paintUnit(units[i], y);
    }
    return bottom;
  }

 private:
  double line() const { return std::clamp(pitch_ / 4, 0.6, 1.3); }

  void bar(const SketchLayer& layer, double centre, const QRectF& room) {
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(theme().group(layer.group));
    const double width = layer.width * room.width();
    const QRectF rect(centre - width / 2, room.top(), width, room.height());
    const double radius = std::min(1.5, rect.height() / 3);
    painter_.drawRoundedRect(rect, radius, radius);
  }

  double paintUnit(const Drawn& drawn, double top) {
    double y = top, arcTop = top, arcBottom = top, widest = 0;
    const double barWidth = column_.width() * barShare;
    for (size_t i = 0; i < drawn.rows.size(); ++i) {
      const Row& row = drawn.rows[i];
      const double height = row.height * pitch_;
      const auto index = static_cast<int>(i);
      if (index == drawn.arcFrom) arcTop = y - unitGap * pitch_ / 2;
      if (index == drawn.arcTo) arcBottom = y + height / (drawn.arcFrom == drawn.arcTo ? 1 : 2);
      if (index >= drawn.arcFrom && index <= drawn.arcTo) widest = std::max(widest, row.bar.width * barWidth);
      bar(row.bar, middle_, QRectF(0, y + height * 0.12, barWidth, height * 0.76));
      y += height;
    }
    if (drawn.arcTo >= 0) paintArc(drawn, middle_ + widest / 2, arcTop, arcBottom);
    return y;
  }

  void paintArc(const Drawn& drawn, double from, double top, double bottom) {
    const double reach = std::min((column_.right() - 1 - from) / (1 + onArc / 2), 14.0);
    const double out = from + reach, turn = std::min((bottom - top) / 2, reach);
    const double end =
        middle_ + drawn.rows[static_cast<size_t>(drawn.arcTo)].bar.width * column_.width() * barShare / 2;
    QPainterPath path(QPointF(middle_, top));
    path.lineTo(from, top);
    path.quadTo(out, top, out, top + turn);
    path.lineTo(out, bottom - turn);
    path.quadTo(out, bottom, from, bottom);
    path.lineTo(std::min(end, from), bottom);
    painter_.setBrush(Qt::NoBrush);
    painter_.setPen(QPen(theme().shortcut, line() + 0.3));
    painter_.drawPath(path);
    if (pitch_ < smallestPitch || drawn.arcFrom == drawn.arcTo) return;
    const auto count = static_cast<double>(drawn.unit->shortcut.size());
    double y = (top + bottom) / 2 - count * pitch_ / 2;
    for (const SketchLayer& layer : drawn.unit->shortcut) {
      bar({layer.group, 1}, out, QRectF(0, y + pitch_ * 0.12, reach * onArc, pitch_ * 0.76));
      y += pitch_;
    }
  }

  QPainter& painter_;
  QRectF column_;
  double pitch_;
  double middle_;
};

}  // namespace

size_t NetworkSketch::layers() const {
  size_t sum = 0;
  for (const SketchUnit& unit : units) sum += unit.layers.size() + unit.shortcut.size();
  return sum;
}

size_t NetworkSketch::arcs() const {
  return static_cast<size_t>(std::ranges::count_if(units, &SketchUnit::hasArc));
}

NetworkSketch sketchOf(const CheckedNetwork& checked, const LayerCatalog& layers) {
  double largest = 1;
  for (const auto& [path, facts] : checked.nodes)
    if (!facts.container) largest = std::max(largest, imageSize(facts));
  NetworkSketch sketch;
  std::string block;  // the residual block around the current layer, the outermost
  bool open = false;
  for (const std::string& path : checked.order) {
    const auto found = checked.nodes.find(path);
    if (found == checked.nodes.end()) continue;
    const NodeFacts& facts = found->second;
    const bool inside = open && isInside(path, block);
    if (facts.container) {
      if (inside || facts.type != typeId::residualBlock) continue;
      block = path;
      open = true;
      sketch.units.push_back({.layers = {}, .shortcut = {}, .residual = true});
      continue;
    }
    if (!inside) {
      open = false;
      sketch.units.emplace_back();
    }
    SketchUnit& unit = sketch.units.back();
    const LayerType* type = layers.find(facts.type);
    const double width =
        narrowest + (1 - narrowest) * std::log2(imageSize(facts)) / std::max(1.0, std::log2(largest));
    SketchLayer layer{type ? QString::fromStdString(type->group) : QString(), width};
    if (inside && isInside(path, block + "/shortcut")) {
      unit.shortcut.push_back(std::move(layer));
      continue;
    }
    const auto row = static_cast<int>(unit.layers.size());
    if (inside && unit.arcFrom < 0 && isInside(path, block + "/" + typeId::branch)) unit.arcFrom = row;
    if (inside && unit.arcFrom >= 0 && path == block + "/add") unit.arcTo = row;
    unit.layers.push_back(std::move(layer));
  }
  // A repeated block announces itself, then every copy: the announcement holds no layers. A muted block is
  // what stands on its shortcut.
  std::erase_if(sketch.units,
                [](const SketchUnit& unit) { return unit.layers.empty() && unit.shortcut.empty(); });
  for (SketchUnit& unit : sketch.units) {
    if (unit.arcFrom < 0 && !unit.shortcut.empty())
      unit.layers.insert(unit.layers.begin(), unit.shortcut.begin(), unit.shortcut.end());
    if (unit.arcFrom < 0) unit.shortcut.clear();
  }
  return sketch;
}

void paintSketch(QPainter& painter, const QRectF& area, const NetworkSketch& sketch) {
  if (sketch.units.empty() || area.width() < 8 || area.height() < 8) return;
  std::vector<Drawn> list = drawnOf(sketch, false);
  const auto pitchOf = [&](const std::vector<Drawn>& drawn) {
    const double rows = totalHeight(drawn);
    return area.height() * columnsFor(rows, area) / rows;
  };
  if (pitchOf(list) < smallestPitch) list = drawnOf(sketch, true);
  const int count = columnsFor(totalHeight(list), area);
  const auto columns = columnsOf(std::move(list), count);
  double tallest = 1;
  for (const auto& column : columns) tallest = std::max(tallest, heightOf(column));
  const double pitch = std::min(tallestRow, area.height() / tallest);
  const double wide = area.width() / static_cast<double>(columns.size());

  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  const double top = area.center().y() - tallest * pitch / 2;
  for (size_t i = 0; i < columns.size(); ++i) {
    const QRectF room(area.left() + static_cast<double>(i) * wide, area.top(), wide, area.height());
    ColumnPainter(painter, room, pitch).paint(columns[i], top);
  }
  painter.restore();
}

}  // namespace bypath
