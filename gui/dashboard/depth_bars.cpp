#include "gui/dashboard/depth_bars.h"

#include <algorithm>
#include <cmath>
#include <QContextMenuEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "gui/figures/figure_file.h"
#include "gui/figures/figure_menu.h"
#include "gui/figures/run_name.h"

namespace bypath {

namespace {

constexpr int mostDecades = 12;

QString powerOfTen(int power) {
  return power >= -3 && power <= 3 ? QString::number(std::pow(10.0, power))
                                   : QStringLiteral("1e%1").arg(power);
}

}  // namespace

DepthBars::DepthBars(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  QFont small = font();
  small.setPointSizeF(8.5);
  setFont(small);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void DepthBars::setBars(const QStringList& paths, const std::vector<BarSeries>& series) {
  paths_ = paths;
  series_ = series;
  double least = INFINITY, most = 0;
  for (const BarSeries& one : series_)
    for (double value : one.values)
      if (value > 0 && std::isfinite(value)) {
        least = std::min(least, value);
        most = std::max(most, value);
      }
  if (most > 0) {
    // The bottom lies a little under the least value, so that it still has a bar.
    highest_ = static_cast<int>(std::ceil(std::log10(most)));
    lowest_ = static_cast<int>(std::floor(std::log10(least) - 0.15));
    lowest_ = std::clamp(lowest_, highest_ - mostDecades, highest_ - 1);
  }
  update();
}

QRectF DepthBars::plot() const {
  const QFontMetrics metrics(font());
  return QRectF(rect()).adjusted(metrics.horizontalAdvance(QStringLiteral("0.0001")) + 8,
                                 metrics.height() + 6, -8, -metrics.height() - 6);
}

double DepthBars::pitch() const {
  return paths_.isEmpty() ? 0 : plot().width() / static_cast<double>(paths_.size());
}

double DepthBars::top(double value, const QRectF& plot) const {
  if (!(value > 0)) return plot.bottom();
  const double share = (std::log10(value) - lowest_) / (highest_ - lowest_);
  return plot.bottom() - plot.height() * std::clamp(share, 0.0, 1.0);
}

double DepthBars::barHeight(int index, int series) const {
  const QRectF area = plot();
  return area.bottom() - top(series_[static_cast<size_t>(series)].values[static_cast<size_t>(index)], area);
}

int DepthBars::indexAt(const QPoint& position) const {
  const QRectF area = plot();
  if (paths_.isEmpty() || !area.adjusted(0, -20, 0, 20).contains(position)) return -1;
  return std::clamp(static_cast<int>((position.x() - area.left()) / pitch()), 0,
                    static_cast<int>(paths_.size()) - 1);
}

QString DepthBars::textAt(const QPoint& position) const {
  const int index = indexAt(position);
  if (index < 0) return {};
  QStringList lines{paths_[index]};
  for (const BarSeries& one : series_)
    lines << QStringLiteral("%1: %2").arg(one.name,
                                          QString::number(one.values[static_cast<size_t>(index)], 'g', 4));
  lines << tr("%1 of %2 in depth").arg(index + 1).arg(paths_.size());
  return lines.join(QLatin1Char('\n'));
}

void DepthBars::paintEvent(QPaintEvent*) {
  if (paths_.isEmpty()) return;
  QPainter painter(this);
  paint(painter);
}

void DepthBars::paint(QPainter& painter) const {
  painter.setFont(font());
  const QRectF area = plot();
  paintAxis(painter, area);
  paintBars(painter, area);
  paintNames(painter, area);
}

QByteArray DepthBars::csv() const {
  QByteArray text = "path";
  for (const BarSeries& one : series_) text += ',' + csvText(one.name);
  text += '\n';
  for (qsizetype i = 0; i < paths_.size(); ++i) {
    text += csvText(paths_[i]);
    for (const BarSeries& one : series_)
      text += ',' + QByteArray::number(one.values[static_cast<size_t>(i)], 'g', 9);
    text += '\n';
  }
  return text;
}

Result<void> DepthBars::exportTo(const QString& path) const {
  QStringList names;
  for (const BarSeries& one : series_) names << one.name;
  const QString title = accessibleName().isEmpty() ? names.join(QStringLiteral(", ")) : accessibleName();
  Figure whole = figure();
  whole.title = titleWithRun(title, *this);
  return writeFigure(whole, path);
}

Figure DepthBars::figure() const {
  return {size(), {}, [this](QPainter& painter) { paint(painter); }, [this] { return csv(); }};
}

void DepthBars::contextMenuEvent(QContextMenuEvent* event) {
  if (paths_.isEmpty()) return;
  QMenu menu(this);
  addFigureActions(
      menu, QStringLiteral("bars"), [this](const QString& path) { return exportTo(path); },
      [this](const QString& sentence) { Q_EMIT exported(sentence); });
  menu.exec(event->globalPos());
}

void DepthBars::paintAxis(QPainter& painter, const QRectF& plot) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(font());
  const double decade = plot.height() / (highest_ - lowest_);
  const int every = std::max(1, static_cast<int>(std::ceil(metrics.height() * 1.3 / decade)));
  for (int power = lowest_; power <= highest_; ++power) {
    if ((highest_ - power) % every != 0 && power != lowest_) continue;
    const double y = plot.bottom() - decade * (power - lowest_);
    if (power == lowest_ && (highest_ - power) % every != 0 && decade < metrics.height()) {
      painter.setPen(t.border);
      painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
      continue;
    }
    painter.setPen(t.border);
    painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y));
    painter.setPen(t.textMuted);
    painter.drawText(QRectF(0, y - metrics.height() / 2, plot.left() - 6, metrics.height()),
                     Qt::AlignRight | Qt::AlignVCenter, powerOfTen(power));
  }
  double x = plot.left();
  for (const BarSeries& one : series_) {
    painter.fillRect(QRectF(x, 5, 10, 10), t.*one.role);
    painter.setPen(t.text);
    painter.drawText(QPointF(x + 16, 5 + metrics.ascent() - 2), one.name);
    x += metrics.horizontalAdvance(one.name) + 36;
  }
}

void DepthBars::paintBars(QPainter& painter, const QRectF& plot) const {
  const Theme& t = theme();
  const double step = pitch();
  if (hover_ >= 0) {
    QColor band = t.text;
    band.setAlphaF(0.08F);
    painter.fillRect(QRectF(plot.left() + step * hover_, plot.top(), std::max(step, 1.0), plot.height()),
                     band);
  }
  const auto count = static_cast<double>(series_.size());
  const double gap = step >= 4 ? std::min(step * 0.25, 12.0) : 0;
  const double width = std::min((step - gap) / count, 36.0);
  for (int i = 0; i < paths_.size();) {
    // Bars narrower than a pixel share one column of pixels, side by side series being drawn over each other.
    int end = i + 1;
    if (step < 1)
      while (end < paths_.size() && std::floor(end * step) <= std::floor(i * step)) ++end;
    for (size_t s = 0; s < series_.size(); ++s) {
      const std::vector<double>& values = series_[s].values;
      const double value = *std::max_element(values.begin() + i, values.begin() + end);
      const double y = top(value, plot);
      const double x =
          step < 1 ? plot.left() + std::floor(i * step)
                   : plot.left() + step * i + (step - width * count) / 2 + width * static_cast<double>(s);
      const QColor color = t.*series_[s].role;
      if (value > 0)
        painter.fillRect(
            QRectF(x, y, std::max(step < 1 ? 1.0 : width - (step >= 8 ? 1 : 0), 1.0), plot.bottom() - y),
            color);
      else
        painter.fillRect(QRectF(x, plot.bottom() - 3, std::max(width, 1.0), 3), t.error);
    }
    i = end;
  }
  painter.setPen(t.border);
  painter.drawLine(plot.bottomLeft(), plot.bottomRight());
}

void DepthBars::paintNames(QPainter& painter, const QRectF& plot) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(font());
  painter.setPen(t.textMuted);
  const double step = pitch();
  const double y = plot.bottom() + 4;
  if (step >= 64) {
    for (int i = 0; i < paths_.size(); ++i)
      painter.drawText(QRectF(plot.left() + step * i + 2, y, step - 4, metrics.height()), Qt::AlignHCenter,
                       metrics.elidedText(paths_[i], Qt::ElideLeft, step - 4));
    return;
  }
  painter.drawText(QRectF(plot.left(), y, plot.width() / 2, metrics.height()), Qt::AlignLeft,
                   tr("input: %1").arg(paths_.front()));
  painter.drawText(QRectF(plot.center().x(), y, plot.width() / 2, metrics.height()), Qt::AlignRight,
                   tr("loss: %1").arg(paths_.back()));
}

void DepthBars::mouseMoveEvent(QMouseEvent* event) {
  hover_ = indexAt(event->pos());
  setCursor(hover_ >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
  const QString text = textAt(event->pos());
  if (text.isEmpty())
    QToolTip::hideText();
  else
    QToolTip::showText(event->globalPosition().toPoint() + QPoint(12, 12), text, this);
  update();
}

void DepthBars::mousePressEvent(QMouseEvent* event) {
  const int index = indexAt(event->pos());
  if (index >= 0 && event->button() == Qt::LeftButton) Q_EMIT activated(paths_[index]);
}

void DepthBars::leaveEvent(QEvent*) {
  hover_ = -1;
  update();
}

}  // namespace bypath
