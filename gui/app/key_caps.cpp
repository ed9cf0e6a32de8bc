#include "gui/app/key_caps.h"

#include <algorithm>
#include <QPainter>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int height = 20;
constexpr int padding = 6;
constexpr int gap = 3;

}  // namespace

QStringList capsOf(const QString& keys) {
  QStringList caps = keys.split(QLatin1Char('+'), Qt::SkipEmptyParts);
  if (keys.endsWith(QLatin1Char('+'))) caps << QStringLiteral("+");
  return caps;
}

void KeyCaps::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyledItemDelegate::paint(painter, option, index);
  const Theme& t = theme();
  const bool changed = index.data(changedRole).toBool();
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  QFont font = option.font;
  font.setPointSizeF(font.pointSizeF() * 0.92);
  painter->setFont(font);
  const QFontMetrics metrics(font);
  int x = option.rect.left() + 8;
  bool first = true;
  for (const QString& keys : index.data(keysRole).toStringList()) {
    if (!first) {
      painter->setPen(t.textMuted);
      const QString word = tr("or");
      painter->drawText(QRect(x, option.rect.top(), 40, option.rect.height()), Qt::AlignVCenter, word);
      x += metrics.horizontalAdvance(word) + 6;
    }
    first = false;
    for (const QString& cap : capsOf(keys)) {
      const int width = std::max(metrics.horizontalAdvance(cap) + 2 * padding, height);
      const QRectF box(x + 0.5, option.rect.center().y() + 1.5 - height / 2.0, width - 1, height - 1);
      painter->setPen(changed ? t.accent : blend(t.border, t.text, 0.2));
      painter->setBrush(changed ? blend(t.panel, t.accent, t.dark ? 0.24 : 0.1) : t.panelRaised);
      painter->drawRoundedRect(box, 4, 4);
      painter->setPen(changed ? t.accent : t.text);
      painter->drawText(box, Qt::AlignCenter, cap);
      x += width + gap;
    }
    x += 4;
  }
  painter->restore();
}

}  // namespace bypath
