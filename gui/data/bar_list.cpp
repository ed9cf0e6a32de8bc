#include "gui/data/bar_list.h"

#include <algorithm>
#include <QPainter>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int lineHeight = 20;
constexpr int gap = 10;
constexpr double thickness = 8;

}  // namespace

BarList::BarList(QWidget* parent) : QWidget(parent) {
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void BarList::setBars(std::vector<Bar> bars) {
  bars_ = std::move(bars);
  longest_ = 1;
  QStringList lines;
  for (const Bar& bar : bars_) {
    longest_ = std::max({longest_, bar.value, bar.whole});
    lines << bar.name + QStringLiteral(": ") + bar.text;
  }
  setAccessibleDescription(lines.join(QStringLiteral("; ")));
  updateGeometry();
  update();
}

QSize BarList::sizeHint() const {
  return {240, static_cast<int>(bars_.size()) * lineHeight};
}

int BarList::nameWidth() const {
  int widest = 0;
  for (const Bar& bar : bars_) widest = std::max(widest, fontMetrics().horizontalAdvance(bar.name));
  return std::min(widest + 2, width() * 2 / 5);  // eliding wants a little more than the text
}

int BarList::textWidth() const {
  int widest = 0;
  for (const Bar& bar : bars_) widest = std::max(widest, fontMetrics().horizontalAdvance(bar.text));
  return widest;
}

QRectF BarList::room(int index) const {
  const double left = nameWidth() + gap;
  return {left, index * lineHeight + (lineHeight - thickness) / 2,
          std::max(8.0, width() - left - gap - textWidth()), thickness};
}

double BarList::barLength(int index) const {
  return room(index).width() * bars_[static_cast<size_t>(index)].value / longest_;
}

void BarList::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const int names = nameWidth();
  for (int i = 0; i < static_cast<int>(bars_.size()); ++i) {
    const Bar& bar = bars_[static_cast<size_t>(i)];
    const QRect line(0, i * lineHeight, width(), lineHeight);
    painter.setPen(t.text);
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(bar.name, Qt::ElideRight, names));
    painter.setPen(t.textMuted);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, bar.text);
    painter.setPen(Qt::NoPen);
    const auto draw = [&](double value, const QColor& colour) {
      if (value <= 0) return;
      QRectF rect = room(i);
      rect.setWidth(std::max(2.0, rect.width() * value / longest_));
      painter.setBrush(colour);
      painter.drawRoundedRect(rect, 2, 2);
    };
    draw(bar.whole, blend(t.panel, t.accent, 0.22));
    draw(bar.value, t.accent);
  }
}

}  // namespace bypath
