#include <cmath>

#include "gui/canvas/canvas_drag.h"
#include "gui/canvas/canvas_style.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double guideReach = 7;    // how near a column or row catches a dragged node
constexpr double guideSight = 600;  // of nodes farther away none does

double snapped(double v) {
  return std::round(v / style::grid) * style::grid;
}

}  // namespace

MoveDrag::MoveDrag(NetworkScene& scene, CanvasEdits& edits, QPointF from, const std::string& grabbed)
    : scene_(scene), edits_(edits), from_(from) {
  for (const std::string& name : scene.selectedNodes()) before_[name] = scene.node(name)->pos();
  anchor_ = before_.at(grabbed);
}

void MoveDrag::move(QPointF at, Qt::KeyboardModifiers) {
  const QPointF wanted = anchor_ + at - from_;
  QPointF there(snapped(wanted.x()), snapped(wanted.y()));
  column_.reset();
  row_.reset();
  QPointF nearest(guideReach, guideReach);
  for (const NodeItem* other : scene_.nodes()) {
    if (before_.count(other->name())) continue;
    const QPointF away(std::abs(other->pos().x() - wanted.x()), std::abs(other->pos().y() - wanted.y()));
    if (away.x() < nearest.x() && away.y() <= guideSight) {
      nearest.setX(away.x());
      there.setX(other->pos().x());
      column_ = other->pos().x() + style::cardWidth / 2;
    }
    if (away.y() < nearest.y() && away.x() <= guideSight) {
      nearest.setY(away.y());
      there.setY(other->pos().y());
      row_ = other->pos().y() + other->cardRect().center().y();
    }
  }
  shift_ = there - anchor_;
  Positions shown;
  for (const auto& [name, place] : before_) shown[name] = place + shift_;
  scene_.preview(shown);
}

void MoveDrag::finish(QPointF, Qt::KeyboardModifiers modifiers) {
  if (shift_.isNull()) return;
  Positions after;
  CanvasEdits::Names names;
  for (const auto& [name, place] : before_) {
    after[name] = place + shift_;
    names.push_back(name);
  }
  scene_.preview(before_);  // an edit begins with what the document says
  if (modifiers & Qt::AltModifier)
    scene_.selectNodes(edits_.duplicate(names, shift_));
  else
    edits_.move(after);
}

void MoveDrag::cancel() {
  scene_.preview(before_);
}

void MoveDrag::paint(QPainter& painter) const {
  painter.setPen(QPen(faded(theme().accent, 0.6), 0, Qt::DashLine));
  const QRectF visible = painter.clipBoundingRect();
  if (column_) painter.drawLine(QPointF(*column_, visible.top()), QPointF(*column_, visible.bottom()));
  if (row_) painter.drawLine(QPointF(visible.left(), *row_), QPointF(visible.right(), *row_));
}

MarqueeDrag::MarqueeDrag(NetworkScene& scene, QPointF from, bool add) : scene_(scene), from_(from) {
  if (add) kept_ = scene.selectedNodes();
  scene_.selectNodes(kept_);
}

void MarqueeDrag::move(QPointF at, Qt::KeyboardModifiers) {
  rect_ = QRectF(from_, at).normalized();
  std::vector<std::string> names = kept_;
  for (const NodeItem* item : scene_.nodes())
    if (item->cardRect().translated(item->pos()).intersects(rect_)) names.push_back(item->name());
  scene_.selectNodes(names);
}

void MarqueeDrag::cancel() {
  scene_.selectNodes(kept_);
}

void MarqueeDrag::paint(QPainter& painter) const {
  painter.setPen(QPen(theme().accent, 0));
  painter.setBrush(faded(theme().accent, 0.12));
  painter.drawRect(rect_);
}

}  // namespace bypath
