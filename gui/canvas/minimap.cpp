#include "gui/canvas/minimap.h"

#include <algorithm>
#include <cmath>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include "gui/canvas/canvas_style.h"
#include "gui/canvas/network_scene.h"
#include "gui/canvas/network_view.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr QSize extent(180, 120);
constexpr int away = 12;     // from the corner
constexpr double inset = 8;  // from the frame to the outermost node
constexpr double radius = 8;
constexpr size_t mostWires = 300;  // more would be a grey cloud

}  // namespace

Minimap::Minimap(NetworkView& view, const NetworkScene& scene) : QWidget(&view), view_(view), scene_(scene) {
  setObjectName("minimap");
  setAccessibleName(tr("Overview of the network"));
  setToolTip(tr("Press or drag to look elsewhere"));
  setFocusPolicy(Qt::NoFocus);
  setCursor(Qt::PointingHandCursor);
  resize(extent);
  hide();
  connect(&scene, &NetworkScene::arranged, this, &Minimap::rearrange);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &Minimap::rearrange);
}

void Minimap::setWanted(bool wanted) {
  wanted_ = wanted;
  follow();
}

void Minimap::rearrange() {
  network_ = {};
  for (const NodeItem* item : scene_.nodes()) network_ |= item->sceneCard();
  const QSizeF room(width() - 2 * inset, height() - 2 * inset);
  const double scale =
      network_.isEmpty() ? 1 : std::min(room.width() / network_.width(), room.height() / network_.height());
  const QPointF middle = network_.center();
  toMap_ = QTransform::fromTranslate(width() / 2.0, height() / 2.0);
  toMap_.scale(scale, scale).translate(-middle.x(), -middle.y());
  stale_ = true;
  follow();
}

void Minimap::follow() {
  const QSize room = view_.viewport()->size();
  const bool small = room.width() < 2 * width() || room.height() < 2 * height();
  const bool shown = wanted_ && !small && !network_.isEmpty() && !visibleScene().contains(network_);
  if (shown) {
    move(view_.viewport()->geometry().bottomRight() - QPoint(width() + away - 1, height() + away - 1));
    update();
  }
  if (!held_ && shown == isHidden()) setVisible(shown);
}

QRectF Minimap::visibleScene() const {
  return view_.mapToScene(view_.viewport()->rect()).boundingRect();
}

// Where one looks far beside the network, a sliver at the edge tells which way back.
QRectF Minimap::seen() const {
  const QRectF frame = QRectF(rect()).adjusted(3, 3, -3, -3);
  const QRectF part = toMap_.mapRect(visibleScene());
  const double left = std::clamp(part.left(), frame.left(), frame.right() - 4);
  const double top = std::clamp(part.top(), frame.top(), frame.bottom() - 4);
  const double right = std::clamp(part.right(), left + 4, frame.right());
  const double bottom = std::clamp(part.bottom(), top + 4, frame.bottom());
  return {QPointF(left, top), QPointF(right, bottom)};
}

void Minimap::draw() {
  const Theme& t = theme();
  picture_ = QPixmap((QSizeF(extent) * devicePixelRatioF()).toSize());
  picture_.setDevicePixelRatio(devicePixelRatioF());
  picture_.fill(Qt::transparent);
  QPainter painter(&picture_);
  painter.setRenderHint(QPainter::Antialiasing);
  if (scene_.wires().size() <= mostWires) {
    painter.setPen(QPen(faded(t.wire, 0.7), 1));
    painter.setBrush(Qt::NoBrush);
    for (const WireItem* wire : scene_.wires()) painter.drawPath(toMap_.map(wire->way().path));
  }
  painter.setRenderHint(QPainter::Antialiasing, false);
  for (const NodeItem* item : scene_.nodes()) {
    QRectF card = toMap_.mapRect(item->cardRect().translated(item->pos()));
    card.setWidth(std::max(card.width(), 2.0));
    card.setHeight(std::max(card.height(), 2.0));
    painter.fillRect(card, item->face().hasError() ? t.error : t.group(item->face().group));
  }
  stale_ = false;
}

void Minimap::paintEvent(QPaintEvent*) {
  if (stale_ || picture_.devicePixelRatio() != devicePixelRatioF()) draw();
  const Theme& t = theme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(t.border, 1));
  painter.setBrush(faded(t.panel, 0.82));
  painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
  painter.drawPixmap(0, 0, picture_);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(t.panel, 3.6));  // sets it off from nodes of any colour
  painter.drawRoundedRect(seen(), 3, 3);
  painter.setPen(QPen(t.accent, 1.6));
  painter.setBrush(faded(t.accent, 0.12));
  painter.drawRoundedRect(seen(), 3, 3);
}

void Minimap::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return event->accept();
  held_ = true;
  const QPointF at = event->position();
  grip_ = {};
  if (seen().contains(at)) grip_ = toMap_.map(visibleScene().center()) - at;
  view_.lookAt(toMap_.inverted().map(at + grip_));
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
  if (held_) view_.lookAt(toMap_.inverted().map(event->position() + grip_));
}

void Minimap::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  held_ = false;
  follow();
}

void Minimap::wheelEvent(QWheelEvent* event) {
  view_.zoomBy(std::pow(1.0015, event->angleDelta().y()), view_.viewport()->rect().center());
  event->accept();
}

}  // namespace bypath
