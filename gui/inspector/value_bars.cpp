#include "gui/inspector/value_bars.h"

#include <algorithm>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "gui/dashboard/curve_math.h"
#include "gui/dashboard/figure_file.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double mostDecades = 12;

}  // namespace

ValueBars::ValueBars(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  QFont small = font();
  small.setPointSizeF(8.5);
  setFont(small);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void ValueBars::setBars(std::vector<ValueBar> bars) {
  bars_ = std::move(bars);
  selected_ = -1;
  measure();
  Q_EMIT selectedChanged(-1);
}

void ValueBars::setLegend(const QStringList& names) {
  legend_ = names;
  update();
}

void ValueBars::setLogarithmic(bool logarithmic) {
  logarithmic_ = logarithmic;
  measure();
}

void ValueBars::setPercent(bool percent) {
  percent_ = percent;
  update();
}

// From zero to a little beyond the farthest value, so that no bar touches the frame.
void ValueBars::measure() {
  double least = INFINITY, low = 0, high = 0;
  for (const ValueBar& bar : bars_)
    for (double value : {bar.value, bar.dot}) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
      if (value > 0) least = std::min(least, value);
    }
  if (logarithmic_ && high > 0) {
    high_ = std::ceil(std::log10(high) + 0.02);
    low_ = std::clamp(std::floor(std::log10(least) - 0.15), high_ - mostDecades, high_ - 1);
  } else {
    const double span = high > low ? high - low : 1;
    low_ = low < 0 ? low - 0.06 * span : 0;
    high_ = high > 0 || low == 0 ? high + 0.06 * span : 0.06 * span;
  }
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

double ValueBars::y(double value) const {
  const QRectF area = plot();
  const double at = logarithmic_ ? (value > 0 ? std::log10(value) : low_) : value;
  return area.bottom() - area.height() * std::clamp((at - low_) / (high_ - low_), 0.0, 1.0);
}

QRectF ValueBars::bar(int index) const {
  const QRectF room = column(index);
  const double width = std::min(std::max(room.width() * (room.width() >= 4 ? 0.7 : 1), 1.0), 48.0);
  const double value = bars_[static_cast<size_t>(index)].value;
  const double from = logarithmic_ ? plot().bottom() : y(0), to = std::isfinite(value) ? y(value) : from;
  return QRectF(room.center().x() - width / 2, std::min(from, to), width, std::abs(to - from));
}

int ValueBars::indexAt(const QPointF& position) const {
  const QRectF area = plot();
  if (bars_.empty() || !area.adjusted(0, -4, 0, 24).contains(position)) return -1;
  const auto count = static_cast<int>(bars_.size());
  return std::clamp(static_cast<int>((position.x() - area.left()) / area.width() * count), 0, count - 1);
}

void ValueBars::select(int index) {
  if (index == selected_ || index >= static_cast<int>(bars_.size())) return;
  selected_ = index;
  setAccessibleDescription(index < 0 ? QString() : bars_[static_cast<size_t>(index)].reading);
  update();
  Q_EMIT selectedChanged(index);
}

QString ValueBars::axisText(double value) const {
  QString text;
  if (percent_)
    text = (value > 0 ? QStringLiteral("+") : QString()) + QString::number(value * 100, 'g', 3) +
           QStringLiteral(" %");
  else
    text = QString::number(value, 'g', 3);
  return text.replace(QLatin1Char('-'), QChar(0x2212));
}

void ValueBars::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paint(painter, true);
  if (!hasFocus()) return;
  painter.setPen(QPen(theme().accent, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
}

void ValueBars::paint(QPainter& painter, bool marks) const {
  if (bars_.empty()) return;
  painter.setFont(font());
  paintAxis(painter);
  paintBars(painter, marks);
  paintNames(painter);
}

void ValueBars::paintAxis(QPainter& painter) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(font());
  const QRectF area = plot();
  const double room = std::max(1.0, area.height() / (metrics.height() * 1.6));
  const double step = logarithmic_ ? std::max(1.0, std::ceil((high_ - low_) / room))
                                   : niceStep(high_ - low_, std::clamp(static_cast<int>(room), 2, 6));
  const auto first = static_cast<int>(std::ceil(low_ / step - 1e-9));
  const auto last = static_cast<int>(std::floor(high_ / step + 1e-9));
  for (int line = first; line <= last; ++line) {
    const double at = line * step, value = logarithmic_ ? std::pow(10.0, at) : at;
    const double height =
        logarithmic_ ? y(value) : area.bottom() - area.height() * (at - low_) / (high_ - low_);
    painter.setPen(QPen(!logarithmic_ && value == 0 ? t.textMuted : t.border, 1));
    painter.drawLine(QPointF(area.left(), height), QPointF(area.right(), height));
    painter.setPen(t.textMuted);
    painter.drawText(QRectF(0, height - metrics.height() / 2, area.left() - 6, metrics.height()),
                     Qt::AlignRight | Qt::AlignVCenter, axisText(value));
  }
  double x = area.left();
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
  if (marks && selected_ >= 0) {
    QColor band = t.text;
    band.setAlphaF(0.1F);
    painter.fillRect(column(selected_), band);
  }
  for (int i = 0; i < static_cast<int>(bars_.size()); ++i) {
    const ValueBar& one = bars_[static_cast<size_t>(i)];
    painter.fillRect(bar(i), t.accent);
    if (!std::isfinite(one.dot) || (logarithmic_ && one.dot <= 0)) continue;
    const double size = std::clamp(column(i).width() * 0.3, 1.5, 4.5);
    painter.setPen(QPen(t.panel, 1));
    painter.setBrush(t.series[1]);
    painter.drawEllipse(QPointF(column(i).center().x(), y(one.dot)), size, size);
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

void ValueBars::mouseMoveEvent(QMouseEvent* event) {
  const int index = indexAt(event->position());
  setCursor(index >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
  if (index >= 0) select(index);
}

void ValueBars::mousePressEvent(QMouseEvent* event) {
  const int index = indexAt(event->position());
  if (index < 0 || event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  select(index);
  Q_EMIT activated(index);
}

void ValueBars::keyPressEvent(QKeyEvent* event) {
  const auto last = static_cast<int>(bars_.size()) - 1;
  if (last < 0) return QWidget::keyPressEvent(event);
  switch (event->key()) {
    case Qt::Key_Right:
      return select(std::min(selected_ + 1, last));
    case Qt::Key_Left:
      return select(std::max(selected_ - 1, 0));
    case Qt::Key_Home:
      return select(0);
    case Qt::Key_End:
      return select(last);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (selected_ >= 0) Q_EMIT activated(selected_);
      return;
    default:
      return QWidget::keyPressEvent(event);
  }
}

bool ValueBars::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  auto* help = static_cast<QHelpEvent*>(event);
  const int index = indexAt(help->pos());
  QToolTip::showText(help->globalPos(), index < 0 ? QString() : bars_[static_cast<size_t>(index)].reading,
                     this);
  return true;
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

Result<void> ValueBars::exportTo(const QString& path, const QString& title) const {
  return writeFigure(
      {size(), title, [this](QPainter& painter) { paint(painter, false); }, [this] { return csv(); }}, path);
}

}  // namespace bypath
