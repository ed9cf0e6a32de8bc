#include "gui/canvas/diagnostic_item.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QStyleOptionGraphicsItem>

#include "gui/canvas/canvas_style.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double textWidth = 236;
constexpr double margin = 10;

}  // namespace

DiagnosticItem::DiagnosticItem(QGraphicsItem* node) : QGraphicsItem(node) { setVisible(false); }

void DiagnosticItem::show(const std::vector<Diagnostic>& diagnostics, const QRectF& card, double overhang) {
  prepareGeometryChange();
  lines_.clear();
  error_ = false;
  hovered_ = -1;
  const QFontMetricsF text(canvasFont(11.5)), button(canvasFont(11.5, QFont::DemiBold));
  double y = 8, width = 0;
  for (const Diagnostic& d : diagnostics) {
    if (d.severity == Severity::note) continue;
    error_ = error_ || d.severity == Severity::error;
    const QString message = QString::fromStdString(d.message);
    const QRectF place = text.boundingRect(QRectF(0, 0, textWidth, 1000), Qt::TextWordWrap, message);
    lines_.push_back({message, QRectF(margin + 4, y, textWidth, place.height()), false, d.severity == Severity::error});
    width = std::max(width, place.width());
    y += place.height() + 6;
    for (const Fix& fix : d.fixes) {
      const QString label = QString::fromStdString(fix.label);
      const QRectF area = button.boundingRect(QRectF(0, 0, textWidth - 20, 1000), Qt::TextWordWrap, label);
      lines_.push_back({label, QRectF(margin + 4, y, area.width() + 20, area.height() + 9), true, false});
      width = std::max(width, area.width() + 20);
      y += area.height() + 9 + 6;
    }
  }
  bounds_ = lines_.empty() ? QRectF() : QRectF(0, 0, width + 2 * margin + 6, y + 2);
  setPos(card.right() + overhang + 18, card.top());
  setVisible(!lines_.empty());
  update();
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
  if (QStyleOptionGraphicsItem::levelOfDetailFromTransform(painter->worldTransform()) < style::detailZoom) return;
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
      painter->setFont(canvasFont(11.5));
      painter->setPen(t.text);
      painter->drawText(line.rect.adjusted(0, 0, 4, 2), Qt::TextWordWrap, line.text);
      continue;
    }
    const bool hovered = fix++ == hovered_;
    painter->setPen(QPen(t.accent, 1.2));
    painter->setBrush(hovered ? t.accent : faded(t.accent, 0.12));
    painter->drawRoundedRect(line.rect, 6, 6);
    painter->setFont(canvasFont(11.5, QFont::DemiBold));
    painter->setPen(hovered ? t.accentText : t.accent);
    painter->drawText(line.rect.adjusted(10, 0, -10, 0), Qt::TextWordWrap | Qt::AlignVCenter, line.text);
  }
}

}  // namespace bypath
