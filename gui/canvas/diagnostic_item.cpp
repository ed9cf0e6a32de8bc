#include "gui/canvas/diagnostic_item.h"

#include <algorithm>
#include <QPainter>
#include <QStyleOptionGraphicsItem>
#include <QTextLayout>

#include "gui/canvas/canvas_style.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double textWidth = 236;
constexpr double margin = 12;
constexpr double lineHeight = 16;
constexpr double away = 18;  // from the card

struct Lines {
  QString text;  // broken where it is drawn broken, at any zoom
  double width = 0;
  int count = 0;
  double height() const { return count * lineHeight; }
};

Lines broken(const QString& text, const QFont& font, double width) {
  Lines lines;
  QTextLayout layout(text, font);
  layout.beginLayout();
  for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
    line.setLineWidth(width);
    if (lines.count++) lines.text += '\n';
    lines.text += text.mid(line.textStart(), line.textLength()).trimmed();
    lines.width = std::max(lines.width, line.naturalTextWidth());
  }
  layout.endLayout();
  return lines;
}

// With the line height that was measured with.
void drawLines(QPainter& painter, QRectF area, const QString& text) {
  for (const QString& line : text.split('\n')) {
    painter.drawText(QRectF(area.topLeft(), QSizeF(area.width() + 20, lineHeight)),
                     Qt::AlignLeft | Qt::AlignVCenter, line);
    area.translate(0, lineHeight);
  }
}

}  // namespace

DiagnosticItem::DiagnosticItem(QGraphicsItem* node) : QGraphicsItem(node) {
  setVisible(false);
}

void DiagnosticItem::show(const std::vector<Diagnostic>& diagnostics, const QRectF& card, double overhang) {
  prepareGeometryChange();
  lines_.clear();
  error_ = false;
  hovered_ = -1;
  double y = margin, width = 0;
  for (const Diagnostic& d : diagnostics) {
    if (d.severity == Severity::note) continue;
    error_ = error_ || d.severity == Severity::error;
    const Lines message = broken(QString::fromStdString(d.message), canvasFont(12), textWidth);
    lines_.push_back({message.text, QRectF(margin, y, message.width, message.height()), false});
    width = std::max(width, message.width);
    y += message.height() + 8;
    for (const Fix& fix : d.fixes) {
      const Lines label =
          broken(QString::fromStdString(fix.label), canvasFont(12, QFont::DemiBold), textWidth - 20);
      lines_.push_back({label.text, QRectF(margin, y, label.width + 20, label.height() + 8), true});
      width = std::max(width, label.width + 20);
      y += label.height() + 8 + 6;
    }
  }
  bounds_ = lines_.empty() ? QRectF() : QRectF(0, 0, width + 2 * margin + 4, y + margin - 6);
  places_ = {QPointF(card.right() + overhang + away, card.top()),
             QPointF(card.left() - away - bounds_.width(), card.top()),
             QPointF(card.left(), card.bottom() + away),
             QPointF(card.left(), card.top() - away - bounds_.height())};
  setPos(places_[0]);
  setVisible(!lines_.empty());
  update();
}

void DiagnosticItem::settle(const std::vector<QRectF>& nodes) {
  if (!isVisible()) return;
  const auto isFree = [&](QPointF place) {
    const QRectF wanted = bounds_.translated(parentItem()->pos() + place);
    return std::none_of(nodes.begin(), nodes.end(),
                        [&](const QRectF& node) { return node.intersects(wanted); });
  };
  const auto place = std::find_if(places_.begin(), places_.end(), isFree);
  setPos(place == places_.end() ? places_[0] : *place);
}

int DiagnosticItem::fixAt(QPointF scene) const {
  if (!isVisible()) return -1;
  int fix = 0;
  for (const Line& line : lines_) {
    if (!line.fix) continue;
    if (line.rect.contains(mapFromScene(scene))) return fix;
    ++fix;
  }
  return -1;
}

QPointF DiagnosticItem::fixPoint(int fix) const {
  for (const Line& line : lines_)
    if (line.fix && fix-- == 0) return mapToScene(line.rect.center());
  return {};
}

void DiagnosticItem::setHovered(int fix) {
  if (hovered_ == fix) return;
  hovered_ = fix;
  update();
}

void DiagnosticItem::paint(QPainter* painter, const QStyleOptionGraphicsItem*, QWidget*) {
  if (QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform()) < style::detailZoom)
    return;
  const Theme& t = theme();
  const QColor mark = error_ ? t.error : t.warning;
  const QRectF panel = bounds_.adjusted(1, 1, -1, -1);
  painter->setRenderHint(QPainter::Antialiasing);
  painter->setPen(QPen(mixed(t.panelRaised, mark, 0.45), 1.2));
  painter->setBrush(mixed(t.panelRaised, mark, 0.08));
  painter->drawRoundedRect(panel, 8, 8);
  int fix = 0;
  for (const Line& line : lines_) {
    if (!line.fix) {
      painter->setFont(canvasFont(12));
      painter->setPen(t.text);
      drawLines(*painter, line.rect, line.text);
      continue;
    }
    const bool hovered = fix++ == hovered_;
    painter->setPen(QPen(t.accent, 1.2));
    painter->setBrush(hovered ? t.accent : faded(t.accent, 0.12));
    painter->drawRoundedRect(line.rect, 6, 6);
    painter->setFont(canvasFont(12, QFont::DemiBold));
    painter->setPen(hovered ? t.accentText : t.accent);
    drawLines(*painter, line.rect.adjusted(10, 4, -10, -4), line.text);
  }
}

}  // namespace bypath
