#include "gui/inspector/value_lines.h"

#include <algorithm>
#include <cmath>
#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include "gui/dashboard/curve_math.h"
#include "gui/figures/figure_file.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

QColor colorOf(int line) {
  const std::vector<QColor>& all = theme().series;
  return all[static_cast<size_t>(line) % all.size()];
}

// Told apart without colours, too.
QPen penOf(int line) {
  return {colorOf(line), 1.8, line % 2 == 0 ? Qt::SolidLine : Qt::DashLine};
}

}  // namespace

ValueLines::ValueLines(QWidget* parent) : ReadableChart(parent) {}

void ValueLines::setLines(LinesAxis axis, std::vector<ValueLine> lines) {
  across_ = std::move(axis);
  lines_ = std::move(lines);
  measure();
  forgetSelection();
}

void ValueLines::setLogarithmic(bool logarithmic) {
  axis_.logarithmic = logarithmic;
  measure();
}

void ValueLines::measure() {
  std::vector<double> values;
  for (const ValueLine& line : lines_) {
    values.insert(values.end(), line.values.begin(), line.values.end());
    for (size_t i = 0; i < line.spread.size(); ++i)
      values.insert(values.end(), {line.values[i] - line.spread[i], line.values[i] + line.spread[i]});
  }
  axis_.measure(values);
  update();
}

QRectF ValueLines::plot() const {
  const QFontMetricsF metrics(font());
  return QRectF(rect()).adjusted(metrics.horizontalAdvance(QStringLiteral("−0.0001")) + 12,
                                 metrics.height() + 10, -16, -metrics.height() - 8);
}

double ValueLines::x(double at) const {
  const QRectF area = plot();
  const double first = across_.at.front(), span = across_.at.back() - first;
  return area.left() + (span > 0 ? (at - first) / span : 0.5) * area.width();
}

QPointF ValueLines::point(int line, int index) const {
  const auto i = static_cast<size_t>(index);
  return {x(across_.at[i]), axis_.y(lines_[static_cast<size_t>(line)].values[i], plot())};
}

int ValueLines::indexAt(const QPointF& position) const {
  if (across_.at.empty() || !plot().adjusted(-6, -4, 6, 24).contains(position)) return -1;
  int nearest = 0;
  for (int i = 1; i < count(); ++i)
    if (std::abs(x(across_.at[static_cast<size_t>(i)]) - position.x()) <
        std::abs(x(across_.at[static_cast<size_t>(nearest)]) - position.x()))
      nearest = i;
  return nearest;
}

QString ValueLines::readingOf(int index) const {
  const auto i = static_cast<size_t>(index);
  QStringList parts;
  const auto text = [](double value) {
    return QString::number(value, 'g', 4).replace(QLatin1Char('-'), QChar(0x2212));
  };
  for (const ValueLine& line : lines_) {
    parts << (std::isfinite(line.values[i]) ? tr("%1: %2").arg(line.name, text(line.values[i]))
                                            : tr("%1: no finite value").arg(line.name));
    if (i < line.spread.size() && line.spread[i] > 0) parts.back() += tr(" ± %1").arg(text(line.spread[i]));
  }
  return tr("%1 %2").arg(across_.name, axisText(across_.at[i])) + QStringLiteral(". ") +
         parts.join(QStringLiteral("; ")) + QLatin1Char('.');
}

void ValueLines::paint(QPainter& painter, bool marks) const {
  if (across_.at.empty()) return;
  painter.setFont(font());
  axis_.paint(painter, plot(), axisText);
  paintAcross(painter);
  for (int line = 0; line < static_cast<int>(lines_.size()); ++line) {
    paintBand(painter, line);
    paintLine(painter, line);
  }
  paintLegend(painter);
  if (marks && selected() >= 0) paintSelected(painter);
}

void ValueLines::paintAcross(QPainter& painter) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(font());
  const QRectF area = plot();
  const double first = across_.at.front(), last = across_.at.back();
  constexpr int numbers = 8;
  // What is counted has no halves.
  const bool counts = std::ranges::all_of(across_.at, [](double at) { return at == std::floor(at); });
  const double step = std::max(niceStep(std::max(last - first, 1e-12), numbers), counts ? 1.0 : 0.0);
  painter.setPen(t.textMuted);
  const auto least = static_cast<int>(std::ceil(first / step - 1e-9)),
             most = static_cast<int>(std::floor(last / step + 1e-9));
  for (int number = least; number <= most; ++number) {
    const double at = number * step;
    painter.drawText(QRectF(x(at) - 40, area.bottom() + 4, 80, metrics.height()), Qt::AlignCenter,
                     axisText(at));
  }
}

void ValueLines::paintBand(QPainter& painter, int line) const {
  const ValueLine& one = lines_[static_cast<size_t>(line)];
  QPolygonF above, below;
  for (size_t i = 0; i < one.spread.size(); ++i) {
    if (!std::isfinite(one.values[i]) || !std::isfinite(one.spread[i])) continue;
    const double at = x(across_.at[i]);
    above.append(QPointF(at, axis_.y(one.values[i] + one.spread[i], plot())));
    below.prepend(QPointF(at, axis_.y(one.values[i] - one.spread[i], plot())));
  }
  if (above.isEmpty()) return;
  QColor fill = colorOf(line);
  fill.setAlphaF(0.18F);
  painter.setPen(Qt::NoPen);
  painter.setBrush(fill);
  painter.drawPolygon(above + below);
}

void ValueLines::paintLine(QPainter& painter, int line) const {
  const std::vector<double>& values = lines_[static_cast<size_t>(line)].values;
  QPainterPath path;
  bool drawing = false;
  for (int i = 0; i < count(); ++i) {
    const bool finite = std::isfinite(values[static_cast<size_t>(i)]);
    if (finite && drawing)
      path.lineTo(point(line, i));
    else if (finite)
      path.moveTo(point(line, i));
    drawing = finite;
  }
  painter.setPen(penOf(line));
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(path);
}

void ValueLines::paintLegend(QPainter& painter) const {
  const QFontMetricsF metrics(font());
  double x = plot().left();
  const double top = 4, middle = top + metrics.height() / 2;
  for (int i = 0; i < static_cast<int>(lines_.size()); ++i) {
    const QString& name = lines_[static_cast<size_t>(i)].name;
    painter.setPen(penOf(i));
    painter.drawLine(QPointF(x, middle), QPointF(x + 22, middle));
    painter.setPen(theme().text);
    painter.drawText(QPointF(x + 28, top + metrics.ascent()), name);
    x += metrics.horizontalAdvance(name) + 50;
  }
  painter.setPen(theme().textMuted);
  painter.drawText(QRectF(plot().left(), top, plot().width(), metrics.height()),
                   Qt::AlignRight | Qt::AlignVCenter, tr("across: %1").arg(across_.name));
}

void ValueLines::paintSelected(QPainter& painter) const {
  const Theme& t = theme();
  const QRectF area = plot();
  const double at = x(across_.at[static_cast<size_t>(selected())]);
  painter.setPen(QPen(t.textMuted, 1));
  painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()));
  painter.setPen(QPen(t.panel, 1));
  for (int line = 0; line < static_cast<int>(lines_.size()); ++line) {
    if (!std::isfinite(lines_[static_cast<size_t>(line)].values[static_cast<size_t>(selected())])) continue;
    painter.setBrush(colorOf(line));
    painter.drawEllipse(point(line, selected()), 4, 4);
  }
}

QByteArray ValueLines::csv() const {
  const auto cell = [](double value) {
    return ',' + (std::isfinite(value) ? QByteArray::number(value, 'g', 17) : QByteArray());
  };
  QByteArray text = csvText(across_.name);
  for (const ValueLine& line : lines_) {
    text += ',' + csvText(line.name);
    if (!line.spread.empty()) text += ',' + csvText(tr("%1, spread").arg(line.name));
  }
  text += '\n';
  for (size_t i = 0; i < across_.at.size(); ++i) {
    text += QByteArray::number(across_.at[i], 'g', 17);
    for (const ValueLine& line : lines_) {
      text += cell(line.values[i]);
      if (!line.spread.empty()) text += cell(line.spread[i]);
    }
    text += '\n';
  }
  return text;
}

}  // namespace bypath
