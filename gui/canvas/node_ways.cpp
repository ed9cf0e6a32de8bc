// The two ways of a residual block: fork, branch through the card, shortcut as an arc beside it, and the sum.
#include <QPainter>

#include "gui/canvas/canvas_style.h"
#include "gui/canvas/node_item.h"
#include "gui/canvas/wire_route.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double forkDepth = 13;  // below the input port
constexpr double sumRadius = 7;

}  // namespace

void NodeItem::paintWays(QPainter& painter) const {
  const Theme& t = theme();
  const QRectF card = cardRect();
  const double middle = extent_.width / 2;
  const QPointF in(middle, 0), out(middle, extent_.height);
  const QPointF fork = in + QPointF(0, forkDepth), sum = out - QPointF(0, forkDepth);
  const auto pen = [](const QColor& colour, double width) {
    return QPen(colour, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  };
  const QPen plain = pen(t.wire, 1.8);
  painter.setBrush(Qt::NoBrush);
  painter.setPen(plain);
  painter.drawLine(in, fork);
  painter.drawLine(sum, out);

  painter.setPen(flow_ ? pen(t.branch, flow_->branchWidth) : plain);
  painter.drawLine(fork, QPointF(middle, card.top()));
  painter.drawLine(QPointF(middle, card.bottom()), sum);
  if (!face_.hasArc()) return;

  const double right = card.right() + style::arcReach - 12;
  painter.setPen(flow_ ? pen(t.shortcut, flow_->shortcutWidth) : pen(t.shortcut, 2.2));
  painter.drawPath(roundedPath({fork, QPointF(right, fork.y()), QPointF(right, sum.y()), sum}, 18));
  painter.setPen(Qt::NoPen);
  painter.setBrush(t.wire);
  painter.drawEllipse(fork, 3.2, 3.2);
  painter.setPen(QPen(t.wire, 1.6));
  painter.setBrush(t.canvas);
  painter.drawEllipse(sum, sumRadius, sumRadius);
  painter.drawLine(sum - QPointF(3.6, 0), sum + QPointF(3.6, 0));
  painter.drawLine(sum - QPointF(0, 3.6), sum + QPointF(0, 3.6));

  if (face_.shortcutLabel.isEmpty()) return;
  const QFont font = canvasFont(10, QFont::DemiBold);
  QRectF pill(0, 0, QFontMetricsF(font).horizontalAdvance(face_.shortcutLabel) + 10, 17);
  pill.moveCenter({right, card.center().y()});
  painter.setPen(QPen(t.shortcut, 1.4));
  painter.setBrush(t.node);
  painter.drawRoundedRect(pill, 6, 6);
  painter.setFont(font);
  painter.setPen(t.text);
  painter.drawText(pill, Qt::AlignCenter, face_.shortcutLabel);
}

void NodeItem::paintNorms(QPainter& painter) const {
  const Theme& t = theme();
  const QRectF card = cardRect();
  QRectF row(card.right() + style::arcReach + 8, card.top() + 2, 60, 16);
  const QFont font = canvasFont(11, QFont::DemiBold);
  painter.setFont(font);
  const struct {
    QColor colour;
    double norm;
  } rows[] = {{t.shortcut, flow_->shortcutNorm}, {t.branch, flow_->branchNorm}};
  for (const auto& r : rows) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(r.colour);
    painter.drawEllipse(QPointF(row.left() + 3, row.center().y()), 3, 3);
    painter.setPen(t.text);
    painter.drawText(row.adjusted(11, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, normText(r.norm));
    row.translate(0, 18);
  }
}

}  // namespace bypath
