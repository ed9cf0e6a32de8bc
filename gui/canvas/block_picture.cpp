#include "gui/canvas/block_picture.h"

#include <QPainter>
#include <QPainterPath>

#include "core/network/check.h"
#include "core/network/edit.h"
#include "core/network/type_ids.h"
#include "gui/canvas/canvas_style.h"
#include "gui/theme/theme.h"

namespace bypath {
namespace {

constexpr double chipHeight = 15, chipGap = 3, sumRadius = 6, width = 232, height = 46;
constexpr double wayY = 32, arcY = 10;  // of the branch and of the shortcut

QString chipText(const std::string& type) {
  static const std::map<std::string, QString> letters{{"conv2d", "conv"},
                                                      {"conv2d_transposed", "conv"},
                                                      {"batch_norm", "BN"},
                                                      {"relu", "ReLU"},
                                                      {"scale", "× c"},
                                                      {"sigmoid", "σ"},
                                                      {"multiply", "×"},
                                                      {"dropout", "drop"},
                                                      {typeId::zeroPadShortcut, "pad"}};
  const auto found = letters.find(type);
  return found == letters.end() ? QString::fromStdString(type) : found->second;
}

double chipWidth(const std::string& type) {
  return QFontMetricsF(canvasFont(9.5, QFont::Medium)).horizontalAdvance(chipText(type)) + 9;
}

double widthOf(const std::vector<std::string>& types) {
  double sum = 0;
  for (const std::string& type : types) sum += chipWidth(type) + chipGap;
  return sum;
}

class Painter {
 public:
  Painter(QPainter& painter, const LayerCatalog& layers) : painter_(painter), layers_(layers) {}

  double chips(const std::vector<std::string>& types, double x, double y) {
    for (const std::string& type : types) {
      const LayerType* known = layers_.find(type);
      const QRectF chip(x, y - chipHeight / 2, chipWidth(type), chipHeight);
      const QColor colour = theme().group(known ? QString::fromStdString(known->group) : QString());
      painter_.setPen(QPen(colour, 1));
      painter_.setBrush(mixed(theme().panelRaised, colour, theme().dark ? 0.35 : 0.22));
      painter_.drawRoundedRect(chip, 4, 4);
      painter_.setPen(theme().text);
      painter_.setFont(canvasFont(9.5, QFont::Medium));
      painter_.drawText(chip, Qt::AlignCenter, chipText(type));
      x += chip.width() + chipGap;
    }
    return x;
  }

  void sum(double x) {
    const QPointF centre(x, wayY);
    painter_.setPen(QPen(theme().text, 1.2));
    painter_.setBrush(theme().panelRaised);
    painter_.drawEllipse(centre, sumRadius, sumRadius);
    painter_.drawLine(centre - QPointF(3, 0), centre + QPointF(3, 0));
    painter_.drawLine(centre - QPointF(0, 3), centre + QPointF(0, 3));
  }

  void line(double from, double to) {
    painter_.setPen(QPen(theme().wire, 1.4));
    painter_.drawLine(QPointF(from, wayY), QPointF(to, wayY));
  }

  void arc(double from, double to) {
    QPainterPath path(QPointF(from, wayY));
    path.quadTo(QPointF(from, arcY), QPointF(from + 16, arcY));
    path.lineTo(to - 16, arcY);
    path.quadTo(QPointF(to, arcY), QPointF(to, wayY - sumRadius));
    painter_.setPen(QPen(theme().shortcut, 1.8));
    painter_.setBrush(Qt::NoBrush);
    painter_.drawPath(path);
  }

 private:
  QPainter& painter_;
  const LayerCatalog& layers_;
};

}  // namespace

QSize blockPictureSize() {
  return {int(width), int(height)};
}

BlockWays blockWays(const Attributes& attributes, const LayerCatalog& layers) {
  NetworkSpec network;
  network.graph.nodes = {
      {.name = "x", .type = typeId::input, .attributes = {{"shape", std::string("8x8x16")}}},
      {.name = "block", .type = typeId::residualBlock, .attributes = attributes}};
  network.graph.wires = {{"x", 0, "block", 0}};
  const CheckedNetwork checked = check(network, layers);
  BlockWays ways;
  bool joined = false;
  for (const std::string& path : checked.order) {
    const auto facts = checked.nodes.find(path);
    if (facts == checked.nodes.end() || facts->second.container || !path.starts_with("block/")) continue;
    const std::string local = path.substr(6);
    const std::string& type = facts->second.type;
    if (local == "add")
      joined = ways.hasArc = true;
    else if (local.starts_with("branch/") || local == "branch_scale" || local == "transform")
      ways.branch.push_back(type);
    else if (local.starts_with("shortcut/"))
      ways.shortcut.push_back(type);
    else
      (joined || !ways.branch.empty() ? ways.after : ways.before).push_back(type);
  }
  return ways;
}

QPixmap blockPicture(const Attributes& attributes, const LayerCatalog& layers, double pixelRatio) {
  const BlockWays ways = blockWays(attributes, layers);
  QPixmap picture(blockPictureSize() * pixelRatio);
  picture.setDevicePixelRatio(pixelRatio);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  Painter p(painter, layers);
  const double wanted = 30 + widthOf(ways.before) + std::max(widthOf(ways.branch), widthOf(ways.shortcut)) +
                        (ways.hasArc ? 2 * sumRadius + 10 : 0) + widthOf(ways.after);
  if (wanted > width) painter.scale(width / wanted, width / wanted);
  const double fork = 10 + widthOf(ways.before);
  const double branchEnd = fork + 8 + std::max(widthOf(ways.branch), widthOf(ways.shortcut) + 12);
  const double join = branchEnd + sumRadius + 4;
  const double after = ways.hasArc ? join + sumRadius + 5 : fork + 8 + widthOf(ways.branch);
  p.line(2, after + widthOf(ways.after) + 8);
  p.chips(ways.before, 8, wayY);
  p.chips(ways.branch, fork + 8, wayY);
  p.chips(ways.after, after, wayY);
  if (!ways.hasArc) return picture;
  p.arc(fork, join);
  p.chips(ways.shortcut, (fork + join - widthOf(ways.shortcut) + chipGap) / 2, arcY);
  p.sum(join);
  return picture;
}

}  // namespace bypath
