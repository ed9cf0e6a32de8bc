#include "gui/inspector/histogram_chart.h"

#include <algorithm>
#include <cmath>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include "gui/theme/heat_scale.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int pictureRows = 240;
constexpr double middleFrom = 0.05, middleTo = 0.95;

// How densely the values lie at a place, against where they lie most densely: 0 to 1. All bins of a step are
// equally wide, so counts tell it.
double densityAt(const Histogram& spread, double value, uint32_t most) {
  const double low = static_cast<double>(spread.low), high = static_cast<double>(spread.high);
  if (most == 0 || value < low || value > high || high <= low) return 0;
  const auto bins = static_cast<double>(spread.counts.size());
  const auto bin = static_cast<size_t>(std::min((value - low) / (high - low) * bins, bins - 1));
  return static_cast<double>(spread.counts[bin]) / static_cast<double>(most);
}

}  // namespace

HistogramChart::HistogramChart(QWidget* parent) : ReadableChart(parent) {
  connect(this, &ReadableChart::activated, this,
          [this](int index) { Q_EMIT scrubbed(series_[static_cast<size_t>(index)].step); });
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &HistogramChart::draw);
}

void HistogramChart::setSeries(HistogramSeries series) {
  const bool same = series.size() == series_.size();
  series_ = std::move(series);
  const SpreadRange range = usualRange(series_);
  axis_.low = range.low;
  axis_.high = range.high;
  draw();
  if (!same && selected() >= count()) forgetSelection();
  update();
}

void HistogramChart::setCursorStep(std::optional<int64_t> step) {
  cursor_ = step;
  update();
}

void HistogramChart::draw() {
  image_ = QImage(std::max(count(), 1), pictureRows, QImage::Format_ARGB32);
  image_.fill(Qt::transparent);
  for (int x = 0; x < count(); ++x) {
    const Histogram& spread = series_[static_cast<size_t>(x)].spread;
    const uint32_t most = std::ranges::max(spread.counts);
    const double pixel = (axis_.high - axis_.low) / pictureRows;
    for (int y = 0; y < pictureRows; ++y) {
      const double value = axis_.high - (y + 0.5) * pixel;
      const double dense = densityAt(spread, value, most);
      if (dense > 0) image_.setPixelColor(x, y, heatColor(std::sqrt(dense)));
    }
    // All values alike, or alike to the eye: a line of the brightest.
    const double low = static_cast<double>(spread.low), high = static_cast<double>(spread.high);
    if (high - low >= 2 * pixel) continue;
    const auto at = static_cast<int>((axis_.high - (low + high) / 2) / pixel);
    for (int y = std::max(at - 1, 0); y <= std::min(at + 1, pictureRows - 1); ++y)
      image_.setPixelColor(x, y, heatColor(1));
  }
}

QRectF HistogramChart::plot() const {
  const QFontMetricsF metrics(font());
  return QRectF(rect()).adjusted(metrics.horizontalAdvance(QStringLiteral("−0.0001")) + 12,
                                 metrics.height() + 8, -8, -metrics.height() - 6);
}

QRectF HistogramChart::column(int index) const {
  const QRectF area = plot();
  const double pitch = area.width() / std::max(count(), 1);
  return {area.left() + pitch * index, area.top(), pitch, area.height()};
}

QPointF HistogramChart::point(int index, double value) const {
  const QRectF at = column(index);
  return {at.center().x(), axis_.y(value, at)};
}

int HistogramChart::indexAt(const QPointF& position) const {
  const QRectF area = plot();
  if (count() == 0 || !area.adjusted(0, -4, 0, 20).contains(position)) return -1;
  return std::clamp(static_cast<int>((position.x() - area.left()) / area.width() * count()), 0, count() - 1);
}

QString HistogramChart::readingOf(int index) const {
  const HistogramColumn& one = series_[static_cast<size_t>(index)];
  const QLocale locale;
  return tr("Step %1: %2 values from %3 to %4; median %5, nine tenths between %6 and %7.")
      .arg(locale.toString(qlonglong(one.step)), locale.toString(qulonglong(one.spread.total())),
           axisText(static_cast<double>(one.spread.low)), axisText(static_cast<double>(one.spread.high)),
           axisText(one.spread.quantile(0.5)), axisText(one.spread.quantile(middleFrom)),
           axisText(one.spread.quantile(middleTo)));
}

void HistogramChart::paint(QPainter& painter, bool marks) const {
  if (count() == 0) return;
  painter.setFont(font());
  const QRectF area = plot();
  axis_.paint(painter, area, axisText);
  painter.save();
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.drawImage(area, image_, QRectF(image_.rect()));
  painter.restore();
  paintLines(painter);
  paintSteps(painter);
  paintLegend(painter);
  paintMarks(painter, marks);
}

// On any colour below: light on dark.
void HistogramChart::paintLines(QPainter& painter) const {
  for (const double share : {middleFrom, 0.5, middleTo}) {
    QPainterPath path;
    for (int i = 0; i < count(); ++i) {
      const QPointF at = point(i, series_[static_cast<size_t>(i)].spread.quantile(share));
      if (i == 0)
        path.moveTo(at);
      else
        path.lineTo(at);
    }
    const bool median = share > middleFrom && share < middleTo;
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme().panel, median ? 3.5 : 2.5));
    painter.drawPath(path);
    painter.setPen(QPen(theme().text, median ? 1.6 : 1, median ? Qt::SolidLine : Qt::DashLine));
    painter.drawPath(path);
  }
}

void HistogramChart::paintSteps(QPainter& painter) const {
  const QFontMetricsF metrics(font());
  const QRectF area = plot();
  painter.setPen(theme().textMuted);
  painter.drawText(QRectF(0, area.bottom() + 3, area.left() - 6, metrics.height()), Qt::AlignRight,
                   tr("step"));
  constexpr double gap = 40;
  double free = area.left() - 1;
  for (int i = 0; i < count(); ++i) {
    const QString text = QLocale().toString(qlonglong(series_[static_cast<size_t>(i)].step));
    const double width = metrics.horizontalAdvance(text);
    const double left = std::clamp(column(i).center().x() - width / 2, area.left(),
                                   std::max(area.left(), area.right() - width));
    if (left < free) continue;
    painter.drawText(QRectF(left, area.bottom() + 3, width + 2, metrics.height()), Qt::AlignLeft, text);
    free = left + width + gap;
  }
}

void HistogramChart::paintLegend(QPainter& painter) const {
  const QFontMetricsF metrics(font());
  const double middle = 3 + metrics.height() / 2;
  double x = plot().left();
  const auto word = [&](const QString& text) {
    painter.setPen(theme().text);
    const QString shown = metrics.elidedText(text, Qt::ElideRight, plot().right() - x);
    painter.drawText(QPointF(x, 3 + metrics.ascent()), shown);
    x += metrics.horizontalAdvance(text) + 16;
  };
  constexpr double bar = 46;
  QLinearGradient colours(x, 0, x + bar, 0);
  constexpr int stops = 12;
  for (int i = 0; i <= stops; ++i) colours.setColorAt(i / double{stops}, heatColor(i / double{stops}));
  painter.fillRect(QRectF(x, middle - 4, bar, 8), colours);
  x += bar + 6;
  word(tr("few to most"));
  const auto line = [&](Qt::PenStyle style, double width, const QString& text) {
    if (x + 24 > plot().right()) return;
    painter.setPen(QPen(theme().text, width, style));
    painter.drawLine(QPointF(x, middle), QPointF(x + 18, middle));
    x += 24;
    word(text);
  };
  line(Qt::SolidLine, 1.6, tr("median"));
  line(Qt::DashLine, 1, tr("middle 90 %"));
}

void HistogramChart::paintMarks(QPainter& painter, bool selection) const {
  const Theme& t = theme();
  if (selection && selected() >= 0) {
    painter.setPen(QPen(t.text, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(column(selected()).adjusted(-0.5, 0, 0.5, 0));
  }
  if (!cursor_) return;
  const auto after = std::ranges::upper_bound(series_, *cursor_, {}, &HistogramColumn::step);
  const int at = after == series_.begin() ? 0 : static_cast<int>(after - series_.begin()) - 1;
  const QRectF here = column(at);
  for (const auto& [colour, width] : {std::pair(t.panel, 4.0), std::pair(t.text, 1.5)}) {
    painter.setPen(QPen(colour, width));
    painter.drawLine(QPointF(here.center().x(), here.top()), QPointF(here.center().x(), here.bottom()));
  }
}

QByteArray HistogramChart::csv() const {
  QByteArray text = "step,least,greatest";
  const size_t bins = series_.empty() ? 0 : series_.front().spread.counts.size();
  for (size_t bin = 1; bin <= bins; ++bin) text += ",bin" + QByteArray::number(qulonglong(bin));
  text += '\n';
  for (const HistogramColumn& one : series_) {
    text += QByteArray::number(qlonglong(one.step)) + ',' +
            QByteArray::number(static_cast<double>(one.spread.low), 'g', 9) + ',' +
            QByteArray::number(static_cast<double>(one.spread.high), 'g', 9);
    for (const uint32_t count : one.spread.counts) text += ',' + QByteArray::number(count);
    text += '\n';
  }
  return text;
}

}  // namespace bypath
