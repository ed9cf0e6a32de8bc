#include "gui/canvas/node_item.h"

#include <cmath>
#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <QtMath>

#include "gui/canvas/canvas_style.h"
#include "gui/canvas/diagnostic_item.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

QFont badgeFont() {
  return canvasFont(11, QFont::DemiBold);
}

// Shapes rather than a clip: the SVG writer has none, and painting is faster without.
QPainterPath headerShape(const QRectF& card, double height) {
  const double r = style::cardRadius;
  QPainterPath path;
  if (height >= card.height()) {
    path.addRoundedRect(card, r, r);
    return path;
  }
  path.moveTo(card.left(), card.top() + height);
  path.arcTo(card.left(), card.top(), 2 * r, 2 * r, 180, -90);
  path.arcTo(card.right() - 2 * r, card.top(), 2 * r, 2 * r, 90, -90);
  path.lineTo(card.right(), card.top() + height);
  path.closeSubpath();
  return path;
}

// Along the left side, narrower than the corner's radius.
QPainterPath stripShape(const QRectF& card, double width) {
  const double r = style::cardRadius;
  const double angle = qRadiansToDegrees(std::acos((r - width) / r));
  QPainterPath path;
  path.arcMoveTo(card.left(), card.top(), 2 * r, 2 * r, 180 - angle);
  path.arcTo(card.left(), card.top(), 2 * r, 2 * r, 180 - angle, angle);
  path.arcTo(card.left(), card.bottom() - 2 * r, 2 * r, 2 * r, 180, angle);
  path.closeSubpath();
  return path;
}

QString repeatText(const NodeFace& face) {
  return QChar(0x00D7) + QString::number(face.repeat);
}

}  // namespace

NodeItem::NodeItem(NodeFace face) : face_(std::move(face)), extent_(extentOf(face_)) {
  setFlag(ItemIsSelectable);
  diagnostic_ = new DiagnosticItem(this);
  diagnostic_->show(face_.diagnostics, cardRect(), extent_.overhang);
  setZValue(diagnostic_->isVisible() ? 1 : 0);  // the panel may reach over a neighbour
  refreshToolTip();
}

QRectF NodeItem::boundingRect() const {
  // Room for the glow, the stacked sheets, the badge and the norms beside the arc.
  return QRectF(0, 0, extent_.width + extent_.overhang, extent_.height)
      .adjusted(-12, -14, flow_ ? 76 : 16, 16);
}

QPainterPath NodeItem::shape() const {
  QPainterPath path;
  path.addRect(cardRect());
  for (int i = 0; i < face_.inputs; ++i)
    path.addEllipse(localPort(true, i), style::portRadius, style::portRadius);
  for (int i = 0; i < face_.outputs; ++i)
    path.addEllipse(localPort(false, i), style::portRadius, style::portRadius);
  return path;
}

QRectF NodeItem::cardRect() const {
  const double inset = face_.isResidual() ? style::stub : 0;
  return QRectF(0, inset, extent_.width, extent_.height - 2 * inset);
}

QRectF NodeItem::repeatRect() const {
  const QRectF card = cardRect();
  const double width = QFontMetricsF(badgeFont()).horizontalAdvance(repeatText(face_)) + 12;
  const double middle = (card.top() + style::headerHeight + 1 + card.bottom() - 5) / 2;
  return {card.right() - 11 - width, middle - 8, width, 16};
}

QRectF NodeItem::shortcutRect() const {
  if (!face_.hasArc()) return {};
  const QRectF card = cardRect();
  const double middle = card.right() + style::arcReach - 12;
  return {middle - 18, card.top(), 36, card.height()};
}

QRectF NodeItem::sceneCard() const {
  return QRectF(0, 0, extent_.width + extent_.overhang, extent_.height).translated(pos());
}

QPointF NodeItem::localPort(bool input, int index) const {
  const int count = std::max(1, input ? face_.inputs : face_.outputs);
  return {extent_.width * (index + 1) / (count + 1), input ? 0 : extent_.height};
}

QPointF NodeItem::portPoint(bool input, int index) const {
  return pos() + localPort(input, index);
}

std::optional<Port> NodeItem::portAt(QPointF scene) const {
  const QPointF at = scene - pos();
  std::optional<Port> found;
  double nearest = style::portReach;
  for (const bool input : {true, false})
    for (int i = 0; i < (input ? face_.inputs : face_.outputs); ++i) {
      const QPointF away = at - localPort(input, i);
      if (const double d = std::hypot(away.x(), away.y()); d < nearest) {
        nearest = d;
        found = Port{name(), input, i};
      }
    }
  return found;
}

void NodeItem::setFace(NodeFace face) {
  if (face_ == face) {
    face_.diagnostics = std::move(face.diagnostics);  // their fixes belong to the present document
    return;
  }
  prepareGeometryChange();
  face_ = std::move(face);
  extent_ = extentOf(face_);
  diagnostic_->show(face_.diagnostics, cardRect(), extent_.overhang);
  setZValue(diagnostic_->isVisible() ? 1 : 0);  // the panel may reach over a neighbour
  refreshToolTip();
  update();
}

void NodeItem::setFlow(const std::optional<DrawnFlow>& flow) {
  if (flow_ == flow) return;
  prepareGeometryChange();
  flow_ = flow;
  refreshToolTip();
  update();
}

void NodeItem::setFindings(std::vector<Finding> findings) {
  if (findings_ == findings) return;
  findings_ = std::move(findings);
  refreshToolTip();
  update();
}

void NodeItem::refreshToolTip() {
  QString text = face_.toolTip;
  if (flow_) text += "<br>" + flow_->toolTip().toHtmlEscaped();
  setToolTip(text + findingsToolTip(findings_));
}

void NodeItem::setWired(std::vector<bool> inputs, std::vector<bool> outputs) {
  if (inputs == inputWired_ && outputs == outputWired_) return;
  inputWired_ = std::move(inputs);
  outputWired_ = std::move(outputs);
  update();
}

void NodeItem::setHovered(const std::optional<Port>& port) {
  if (hovered_ == port) return;
  hovered_ = port;
  update();
}

void NodeItem::setDrop(Drop drop) {
  if (drop_ == drop) return;
  drop_ = drop;
  update();
}

void NodeItem::paint(QPainter* painter, const QStyleOptionGraphicsItem* option, QWidget*) {
  const double zoom = QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform());
  const bool texts = zoom >= style::detailZoom;
  painter->setRenderHint(QPainter::Antialiasing);
  if (face_.isResidual()) paintWays(*painter);
  const bool selected = option->state & QStyle::State_Selected;
  if (face_.muted) painter->setOpacity(0.45);
  if (texts)
    paintCard(*painter, selected), paintTexts(*painter);
  else
    paintFromAfar(*painter, selected);
  painter->setOpacity(1);
  if (!texts) return;
  paintPorts(*painter);
  if (flow_ && face_.hasArc()) paintNorms(*painter);
  if (!face_.diagnostics.empty()) paintBadge(*painter);
  if (!findings_.empty()) paintFindings(*painter);
}

// A coloured plate, from so far away that corners and shadows are less than a pixel.
void NodeItem::paintFromAfar(QPainter& painter, bool selected) const {
  const Theme& t = theme();
  const QRectF card = cardRect();
  painter.setRenderHint(QPainter::Antialiasing, false);
  painter.fillRect(card, mixed(t.node, t.group(face_.group), t.dark ? 0.45 : 0.4));
  const bool ails = !findings_.empty();
  if (!selected && !face_.hasError() && !ails && drop_ == Drop::none) return;
  const bool bad = drop_ == Drop::refused || (drop_ == Drop::none && face_.hasError() && !selected);
  QPen pen(bad ? t.error : selected ? t.nodeSelected : ails && drop_ == Drop::none ? t.warning : t.good, 2);
  pen.setCosmetic(true);
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(card);
}

void NodeItem::paintCard(QPainter& painter, bool selected) const {
  const Theme& t = theme();
  const QRectF card = cardRect();
  const QColor group = t.group(face_.group);
  QColor border = t.nodeBorder;
  double borderWidth = 1.2;
  if (flow_ && face_.hasArc())
    border = t.branch, borderWidth = 1 + flow_->branchWidth / 2;  // the card is the branch
  if (face_.hasError()) border = t.error, borderWidth = 2;
  if (drop_ == Drop::accepted) border = t.good, borderWidth = 2.4;
  if (drop_ == Drop::refused) border = t.error, borderWidth = 2.4;
  if (selected) border = t.nodeSelected, borderWidth = 2.2;

  painter.setPen(Qt::NoPen);
  if (selected) {
    painter.setBrush(faded(t.nodeSelected, 0.22));
    painter.drawRoundedRect(card.adjusted(-4, -4, 4, 4), style::cardRadius + 4, style::cardRadius + 4);
  } else {
    for (const auto& [drop, alpha] : {std::pair(5.0, 0.05), std::pair(3.0, 0.06), std::pair(1.5, 0.08)}) {
      painter.setBrush(faded(Qt::black, t.dark ? alpha * 2.5 : alpha));
      painter.drawRoundedRect(card.adjusted(-drop / 3, 0, drop / 3, drop), style::cardRadius,
                              style::cardRadius);
    }
  }
  if (face_.repeat > 1)
    for (const double sheet : {8.0, 4.0}) {
      painter.setPen(QPen(t.nodeBorder, 1.2));
      painter.setBrush(mixed(t.node, t.canvas, sheet / 12));
      painter.drawRoundedRect(card.adjusted(sheet * 1.5, sheet, -sheet * 1.5, sheet), style::cardRadius,
                              style::cardRadius);
    }

  painter.setPen(Qt::NoPen);
  painter.setBrush(t.node);
  painter.drawRoundedRect(card, style::cardRadius, style::cardRadius);
  painter.fillPath(headerShape(card, style::headerHeight), mixed(t.node, group, t.dark ? 0.30 : 0.20));
  painter.fillPath(stripShape(card, 5), group);
  painter.setPen(QPen(border, borderWidth));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(card, style::cardRadius, style::cardRadius);
}

void NodeItem::paintTexts(QPainter& painter) const {
  const Theme& t = theme();
  const QRectF card = cardRect();
  const QRectF header(card.left() + 15, card.top(), card.width() - 26, style::headerHeight);
  const QFont nameFont = canvasFont(13, QFont::DemiBold), titleFont = canvasFont(11);
  const QFontMetricsF nameMetrics(nameFont), titleMetrics(titleFont);
  const QString name = nameMetrics.elidedText(face_.name, Qt::ElideMiddle, header.width());
  painter.setFont(nameFont);
  painter.setPen(t.text);
  painter.drawText(header, Qt::AlignVCenter | Qt::AlignLeft, name);
  const double room = header.width() - nameMetrics.horizontalAdvance(name) - 10;
  if (room > 24) {
    painter.setFont(titleFont);
    painter.setPen(t.textMuted);
    painter.drawText(header, Qt::AlignVCenter | Qt::AlignRight,
                     titleMetrics.elidedText(face_.title, Qt::ElideRight, room));
  }
  if (face_.detail.isEmpty()) return;

  QRectF row(header.left(), header.bottom() + 1, header.width(), card.bottom() - header.bottom() - 6);
  const QFont detailFont = canvasFont(12);
  if (showsRepeat()) {
    const QRectF pill = repeatRect();
    painter.setPen(Qt::NoPen);
    painter.setBrush(faded(t.accent, 0.18));
    painter.drawRoundedRect(pill, 8, 8);
    painter.setPen(t.accent);
    painter.setFont(badgeFont());
    painter.drawText(pill, Qt::AlignCenter, repeatText(face_));
    row.setRight(pill.left() - 6);
  }
  painter.setFont(detailFont);
  painter.setPen(mixed(t.text, t.textMuted, 0.5));
  painter.drawText(row, Qt::AlignVCenter | Qt::AlignLeft,
                   QFontMetricsF(detailFont).elidedText(face_.detail, Qt::ElideRight, row.width()));
}

void NodeItem::paintPorts(QPainter& painter) const {
  const Theme& t = theme();
  for (const bool input : {true, false})
    for (int i = 0; i < (input ? face_.inputs : face_.outputs); ++i) {
      const bool hovered = hovered_ && hovered_->input == input && hovered_->index == i;
      const auto& wired = input ? inputWired_ : outputWired_;
      const bool filled = size_t(i) < wired.size() && wired[size_t(i)];
      const double radius = hovered ? style::portRadius + 2.5 : style::portRadius;
      painter.setPen(QPen(hovered ? t.accent : t.wire, 1.6));
      painter.setBrush(hovered ? t.accent : filled ? t.wire : t.canvas);
      painter.drawEllipse(localPort(input, i), radius, radius);
    }
}

// A plus as of first aid, at the corner across from the badge of problems.
void NodeItem::paintFindings(QPainter& painter) const {
  const Theme& t = theme();
  const QRectF sign(cardRect().topLeft() + QPointF(-8, -8), QSizeF(20, 20));
  painter.setPen(QPen(t.canvas, 2));
  painter.setBrush(t.warning);
  painter.drawRoundedRect(sign, 6, 6);
  painter.setPen(QPen(t.canvas, 2.6, Qt::SolidLine, Qt::RoundCap));
  painter.drawLine(sign.center() - QPointF(4.5, 0), sign.center() + QPointF(4.5, 0));
  painter.drawLine(sign.center() - QPointF(0, 4.5), sign.center() + QPointF(0, 4.5));
}

void NodeItem::paintBadge(QPainter& painter) const {
  const Theme& t = theme();
  const QPointF centre = cardRect().topRight() + QPointF(-3, 3);
  painter.setPen(QPen(t.canvas, 2));
  painter.setBrush(face_.hasError() ? t.error : t.warning);
  painter.drawEllipse(centre, 9, 9);
  painter.setPen(QPen(t.canvas, 2, Qt::SolidLine, Qt::RoundCap));
  painter.drawLine(centre + QPointF(0, -4), centre + QPointF(0, 0.5));
  painter.drawPoint(centre + QPointF(0, 4));
}

}  // namespace bypath
