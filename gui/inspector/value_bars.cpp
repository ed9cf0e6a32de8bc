#include "gui/inspector/value_bars.h"

#include <algorithm>
#include <QPainter>

#include "gui/figures/figure_file.h"
#include "gui/theme/theme.h"

namespace bypath {

ValueBars::ValueBars(QWidget* parent) : ReadableChart(parent) {
  setCursorOver(Qt::PointingHandCursor);
}

void ValueBars::setBars(std::vector<ValueBar> bars) {
  bars_ = std::move(bars);
  measure();
  forgetSelection();
}

void ValueBars::setLegend(const QStringList& names) {
  legend_ = names;
  update();
}

void ValueBars::setLogarithmic(bool logarithmic) {
  axis_.logarithmic = logarithmic;
  measure();
}

void ValueBars::setPercent(bool percent) {
  percent_ = percent;
  update();
}

void ValueBars::measure() {
  std::vector<double> values;
  for (const ValueBar& bar : bars_) values.insert(values.end(), {bar.value, bar.dot});
  axis_.measure(values);
  update();
}

QRectF ValueBars::plot() const {
  const QFontMetricsF metrics(font());
  return QRectF(rect()).adjusted(metrics.horizontalAdvance(QStringLiteral("−0.0001")) + 12,
                                 metrics.height() + 8, -8, -metrics.height() - 8);
}

QRectF ValueBars::column(int index) const {
  const QRectF area = plot();
  const double pitch = area.width() / static_cast<double>(bars_.size());
  return {area.left() + pitch * index, area.top(), pitch, area.height()};
}

QRectF ValueBars::bar(int index) const {
  const QRectF room = column(index);
  const double width = std::min(std::max(room.width() * (room.width() >= 4 ? 0.7 : 1), 1.0), 48.0);
  const double value = bars_[static_cast<size_t>(index)].value;
  const double from = axis_.logarithmic ? room.bottom() : axis_.y(0, room),
               to = std::isfinite(value) ? axis_.y(value, room) : from;
  return QRectF(room.center().x() - width / 2, std::min(from, to), width, std::abs(to - from));
}

int ValueBars::indexAt(const QPointF& position) const {
  const QRectF area = plot();
  if (bars_.empty() || !area.adjusted(0, -4, 0, 24).contains(position)) return -1;
  const auto count = static_cast<int>(bars_.size());
  return std::clamp(static_cast<int>((position.x() - area.left()) / area.width() * count), 0, count - 1);
}

QString ValueBars::numberText(double value) const {
  return percent_
             ? (value > 0 ? QStringLiteral("+") : QString()) + axisText(value * 100) + QStringLiteral(" %")
             : axisText(value);
}

void ValueBars::paint(QPainter& painter, bool marks) const {
  if (bars_.empty()) return;
  painter.setFont(font());
  axis_.paint(painter, plot(), [this](double value) { return numberText(value); });
  paintLegend(painter);
  paintBars(painter, marks);
  paintNames(painter);
}

void ValueBars::paintLegend(QPainter& painter) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(font());
  double x = plot().left();
  for (int i = 0; i < legend_.size(); ++i) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(i == 0 ? t.accent : t.series[1]);
    if (i == 0)
      painter.drawRect(QRectF(x, 5, 10, 10));
    else
      painter.drawEllipse(QPointF(x + 5, 10), 4, 4);
    painter.setPen(t.text);
    painter.drawText(QPointF(x + 16, 5 + metrics.ascent() - 2), legend_[i]);
    x += metrics.horizontalAdvance(legend_[i]) + 36;
  }
}

void ValueBars::paintBars(QPainter& painter, bool marks) const {
  const Theme& t = theme();
  if (marks && selected() >= 0) {
    QColor band = t.text;
    band.setAlphaF(0.1F);
    painter.fillRect(column(selected()), band);
  }
  for (int i = 0; i < static_cast<int>(bars_.size()); ++i) {
    const ValueBar& one = bars_[static_cast<size_t>(i)];
    painter.fillRect(bar(i), t.accent);
    if (!std::isfinite(one.dot) || (axis_.logarithmic && one.dot <= 0)) continue;
    const double size = std::clamp(column(i).width() * 0.3, 1.5, 4.5);
    painter.setPen(QPen(t.panel, 1));
    painter.setBrush(t.series[1]);
    painter.drawEllipse(QPointF(column(i).center().x(), axis_.y(one.dot, plot())), size, size);
  }
}

// As many names as there is room for, evenly.
void ValueBars::paintNames(QPainter& painter) const {
  const QFontMetricsF metrics(font());
  const QRectF area = plot();
  double widest = 0;
  for (const ValueBar& one : bars_) widest = std::max(widest, metrics.horizontalAdvance(one.name));
  const double pitch = column(0).width();
  const int every = std::max(1, static_cast<int>(std::ceil((widest + 10) / pitch)));
  painter.setPen(theme().textMuted);
  for (int i = 0; i < static_cast<int>(bars_.size()); i += every) {
    const QString& name = bars_[static_cast<size_t>(i)].name;
    const double width = metrics.horizontalAdvance(name) + 2;
    const double left =
        std::clamp(column(i).center().x() - width / 2, area.left(), this->width() - width - 2.0);
    painter.drawText(QRectF(left, area.bottom() + 4, width, metrics.height()), Qt::AlignCenter, name);
  }
}

QByteArray ValueBars::csv() const {
  const auto cell = [](double value) {
    return ',' + (std::isfinite(value) ? QByteArray::number(value, 'g', 17) : QByteArray());
  };
  QByteArray text = "bar";
  for (const QString& name : legend_) text += ',' + csvText(name);
  text += '\n';
  for (const ValueBar& one : bars_) {
    text += csvText(one.name) + cell(one.value);
    if (legend_.size() > 1) text += cell(one.dot);
    text += '\n';
  }
  return text;
}

}  // namespace bypath
