#include "gui/dashboard/curve_view.h"

#include <algorithm>
#include <cmath>
#include <QCategoryAxis>
#include <QChart>
#include <QGraphicsLayout>
#include <QLegend>
#include <QMouseEvent>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

QString shortNumber(double value) {
  return QString::number(value, 'g', 4);
}

// Ticks are made at every change of the range, at the interval of that moment: a wide range must not meet a
// narrow one.
void setTicks(QValueAxis& axis, double low, double high, double interval) {
  axis.setTickInterval(std::max(axis.tickInterval(), interval));
  axis.setRange(low, high);
  axis.setTickInterval(interval);
}

constexpr int legendHeight = 20;

QFont smallFont(const QWidget* widget) {
  QFont font = widget->font();
  font.setPointSizeF(8.5);
  return font;
}

}  // namespace

CurveView::CurveView(QWidget* parent)
    : QChartView(new QChart, parent),
      steps_(new QValueAxis(this)),
      linear_(new QValueAxis(this)),
      decades_(new QCategoryAxis(this)) {
  chart()->setMargins(QMargins());
  // Half of the last number on the axis stands right of the plot.
  chart()->layout()->setContentsMargins(0, 0, 14, 0);
  chart()->setBackgroundRoundness(0);
  chart()->legend()->hide();
  chart()->addAxis(steps_, Qt::AlignBottom);
  chart()->addAxis(linear_, Qt::AlignLeft);
  chart()->addAxis(decades_, Qt::AlignLeft);
  steps_->setTickType(QValueAxis::TicksDynamic);
  steps_->setLabelFormat(QStringLiteral("%.0f"));
  linear_->setTickType(QValueAxis::TicksDynamic);
  linear_->setLabelFormat(QStringLiteral("%g"));
  decades_->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
  setRenderHint(QPainter::Antialiasing);
  setMouseTracking(true);
  viewport()->setMouseTracking(true);
  setMinimumSize(180, 80);
  setFrameShape(QFrame::NoFrame);
  style();
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &CurveView::style);
}

void CurveView::style() {
  const Theme& t = theme();
  setBackgroundBrush(t.panel);
  chart()->setBackgroundBrush(t.panel);
  chart()->setBackgroundPen(Qt::NoPen);
  for (QAbstractAxis* axis : {static_cast<QAbstractAxis*>(steps_), static_cast<QAbstractAxis*>(linear_),
                              static_cast<QAbstractAxis*>(decades_)}) {
    axis->setLabelsFont(smallFont(this));
    axis->setLabelsColor(t.textMuted);
    axis->setLinePenColor(t.border);
    axis->setGridLinePen(QPen(t.border, 1));
  }
  steps_->setGridLineVisible(false);
}

void CurveView::draw(const std::vector<DrawnCurve>& curves, const std::vector<CurveMark>& marks,
                     bool logarithmic) {
  curves_ = curves;
  marks_ = marks;
  logarithmic_ = logarithmic;
  if (logarithmic_)
    for (DrawnCurve& curve : curves_)
      std::erase_if(curve.points, [](const QPointF& p) { return !(p.y() > 0); });
  lastStep_ = 1;
  for (const DrawnCurve& curve : curves_)
    if (!curve.points.empty()) lastStep_ = std::max(lastStep_, curve.points.back().x());
  fillAxes();
  fillSeries();
  viewport()->update();
}

void CurveView::fillAxes() {
  std::vector<double> values;
  for (const DrawnCurve& curve : curves_)
    for (const QPointF& p : curve.points) values.push_back(axisValue(p.y()));
  range_ = robustRange(std::move(values));
  const double span = range_.high - range_.low;
  const double pad = span > 0 ? span * 0.06 : std::max(0.1, std::abs(range_.high) * 0.1);
  double low = range_.low - pad, high = range_.high + pad;
  if (!logarithmic_ && range_.low >= 0 && low < 0.25 * high) low = 0;
  axis_ = scaleWith(low, high, levels_, [this](double y) { return axisValue(y); });
  low = axis_.low;
  high = axis_.high;

  linear_->setVisible(!logarithmic_);
  decades_->setVisible(logarithmic_);
  if (logarithmic_) {
    for (const QString& label : decades_->categoriesLabels()) decades_->remove(label);
    decades_->setRange(low, high);
    const bool fine = high - low < 1.6;
    for (int power = static_cast<int>(std::floor(low)); power <= static_cast<int>(std::ceil(high)); ++power)
      for (int digit : {1, 2, 5}) {
        const double at = power + std::log10(digit);
        if ((digit == 1 || fine) && at >= low && at <= high)
          decades_->append(shortNumber(digit * std::pow(10.0, power)), at);
      }
  } else {
    setTicks(*linear_, low, high, niceStep(high - low, std::clamp(height() / 42, 2, 6)));
  }
  setTicks(*steps_, 0, lastStep_, std::max(1.0, niceStep(lastStep_, std::clamp(width() / 90, 2, 8))));
}

void CurveView::fillSeries() {
  while (series_.size() > curves_.size()) {
    chart()->removeSeries(series_.back());
    delete series_.back();
    series_.pop_back();
  }
  while (series_.size() < curves_.size()) {
    auto* line = new QLineSeries(chart());
    chart()->addSeries(line);
    line->attachAxis(steps_);
    series_.push_back(line);
  }
  QAbstractAxis* vertical = logarithmic_ ? static_cast<QAbstractAxis*>(decades_) : linear_;
  const int columns = std::max(300, static_cast<int>(chart()->plotArea().width()));
  for (size_t i = 0; i < curves_.size(); ++i) {
    const DrawnCurve& curve = curves_[i];
    QLineSeries* line = series_[i];
    QList<QPointF> points;
    const CurvePoints few = decimated(curve.points, columns);
    points.reserve(static_cast<qsizetype>(few.size()));
    for (const QPointF& p : few) points.append({p.x(), axisValue(p.y())});
    line->replace(points);
    if (!line->attachedAxes().contains(vertical)) {
      for (QAbstractAxis* axis : line->attachedAxes())
        if (axis != steps_) line->detachAxis(axis);
      line->attachAxis(vertical);
    }
    // Thick lines cost several times the drawing time of thin ones; with this many points nobody sees the
    // difference.
    QPen pen(curve.color, few.size() < 400 ? 1.75 : 1);
    if (curve.dashed) pen.setStyle(Qt::DashLine);
    line->setPen(pen);
    line->setPointsVisible(curve.dots && few.size() <= 60);
  }
}

double CurveView::nearestStep(double x) const {
  double best = -1;
  for (const DrawnCurve& curve : curves_) {
    if (curve.points.empty() || curve.name.isEmpty()) continue;
    auto at = std::lower_bound(curve.points.begin(), curve.points.end(), x,
                               [](const QPointF& p, double value) { return p.x() < value; });
    if (at == curve.points.end()) --at;
    if (at != curve.points.begin() && x - (at - 1)->x() < at->x() - x) --at;
    if (best < 0 || std::abs(at->x() - x) < std::abs(best - x)) best = at->x();
  }
  return best;
}

QStringList CurveView::readout(double step) const {
  QStringList lines;
  for (const DrawnCurve& curve : curves_) {
    if (curve.points.empty() || curve.name.isEmpty()) continue;
    // The value in force at that step: the last point at or before it.
    auto after = std::upper_bound(curve.points.begin(), curve.points.end(), step,
                                  [](double value, const QPointF& p) { return value < p.x(); });
    if (after != curve.points.begin())
      lines << QStringLiteral("%1  %2").arg(curve.name, shortNumber((after - 1)->y()));
  }
  return lines;
}

void CurveView::drawForeground(QPainter* painter, const QRectF&) {
  const QRectF plot = chart()->plotArea();
  if (plot.width() < 20 || curves_.empty()) return;
  painter->save();
  painter->setFont(smallFont(this));
  drawLegend(*painter, plot);
  drawLevels(
      *painter, plot, levels_, [&](double y) { return heightOf(y, plot); },
      [&](const QRectF& place) { return marksRow(plot).intersects(place) || curveRunsThrough(place, plot); });
  drawMarks(*painter, plot);
  if (hover_ >= 0 && hover_ <= lastStep_) drawReadout(*painter, plot);
  painter->restore();
}

// Our own: the legend of a chart takes a quarter of the height that the bottom of a window has.
void CurveView::drawLegend(QPainter& painter, const QRectF& plot) const {
  const QFontMetricsF metrics(painter.font());
  double x = plot.left();
  for (const DrawnCurve& curve : curves_) {
    if (curve.name.isEmpty()) continue;
    const QString text = metrics.elidedText(curve.name, Qt::ElideMiddle, 200);
    const double width = 22 + metrics.horizontalAdvance(text);
    if (x + width > plot.right()) break;
    painter.setPen(QPen(curve.color, 2, curve.dashed ? Qt::DotLine : Qt::SolidLine));
    painter.drawLine(QPointF(x, legendHeight / 2.0), QPointF(x + 16, legendHeight / 2.0));
    painter.setPen(theme().text);
    painter.drawText(QPointF(x + 22, legendHeight / 2.0 + metrics.ascent() / 2 - 1), text);
    x += width + 16;
  }
}

void CurveView::drawMarks(QPainter& painter, const QRectF& plot) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(painter.font());
  double free = plot.left();
  for (const CurveMark& mark : marks_) {
    const double x = plot.left() + plot.width() * std::min(1.0, static_cast<double>(mark.step) / lastStep_);
    painter.setPen(QPen(t.textMuted, 1, Qt::DotLine));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    const QString text = metrics.elidedText(mark.text, Qt::ElideRight, 160);
    const double width = metrics.horizontalAdvance(text) + 8;
    const double left = std::min(x, plot.right() - width);
    if (left < free) continue;
    painter.setPen(t.textMuted);
    painter.drawText(QPointF(left + 4, plot.top() + metrics.ascent() + 2), text);
    free = left + width;
  }
}

QRectF CurveView::marksRow(const QRectF& plot) const {
  if (marks_.empty()) return {};
  return {plot.topLeft(), QSizeF(plot.width(), QFontMetricsF(smallFont(this)).height() + 4)};
}

double CurveView::heightOf(double y, const QRectF& plot) const {
  return plot.bottom() - (axisValue(y) - axis_.low) / (axis_.high - axis_.low) * plot.height();
}

// Looked at every few pixels, which is enough to find a better place for a label.
bool CurveView::curveRunsThrough(const QRectF& place, const QRectF& plot) const {
  constexpr double apart = 6;
  for (const DrawnCurve& curve : curves_)
    for (double x = place.left(); x <= place.right(); x += apart) {
      const double step = (x - plot.left()) / plot.width() * lastStep_;
      const auto after = std::ranges::lower_bound(curve.points, step, {}, &QPointF::x);
      if (after == curve.points.begin() || after == curve.points.end()) continue;
      const QPointF &a = after[-1], &b = after[0];
      const double share = b.x() > a.x() ? (step - a.x()) / (b.x() - a.x()) : 0;
      const double y = heightOf(a.y(), plot) * (1 - share) + heightOf(b.y(), plot) * share;
      if (y >= place.top() && y <= place.bottom()) return true;
    }
  return false;
}

QString CurveView::levelText() const {
  const auto value = [this](double y) { return logarithmic_ ? std::pow(10.0, y) : y; };
  return levelSentence(levels_, value(axis_.low), value(axis_.high));
}

void CurveView::drawReadout(QPainter& painter, const QRectF& plot) const {
  const Theme& t = theme();
  const double x = plot.left() + plot.width() * hover_ / lastStep_;
  painter.setPen(QPen(t.textMuted, 1));
  painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));

  QStringList lines = readout(hover_);
  lines.prepend(tr("step %1").arg(qRound64(hover_)));
  const QFontMetricsF metrics(painter.font());
  double width = 0;
  for (const QString& line : lines) width = std::max(width, metrics.horizontalAdvance(line));
  QRectF box(0, plot.top() + 4, width + 16, metrics.height() * static_cast<double>(lines.size()) + 12);
  box.moveLeft(x + 8 + box.width() < plot.right() ? x + 8 : x - 8 - box.width());
  painter.setPen(t.border);
  painter.setBrush(t.panelRaised);
  painter.drawRoundedRect(box, 6, 6);
  double y = box.top() + 6 + metrics.ascent();
  for (const QString& line : lines) {
    painter.setPen(&line == &lines.front() ? t.textMuted : t.text);
    painter.drawText(QPointF(box.left() + 8, y), line);
    y += metrics.height();
  }
}

void CurveView::mouseMoveEvent(QMouseEvent* event) {
  const QRectF plot = chart()->plotArea();
  const double x = mapToScene(event->position().toPoint()).x();
  const bool inside = plot.width() > 0 && x >= plot.left() - 4 && x <= plot.right() + 4;
  showCursor(inside ? nearestStep((x - plot.left()) / plot.width() * lastStep_) : -1);
  Q_EMIT cursorMoved(hover_);
  QChartView::mouseMoveEvent(event);
}

void CurveView::leaveEvent(QEvent* event) {
  showCursor(-1);
  Q_EMIT cursorMoved(-1);
  QChartView::leaveEvent(event);
}

void CurveView::showCursor(double step) {
  if (step == hover_) return;
  hover_ = step;
  viewport()->update();
}

void CurveView::resizeEvent(QResizeEvent* event) {
  QChartView::resizeEvent(event);
  placePlot();
  // Once more when the chart's own layout has been through: axes that it laid out for another size while they
  // were out of sight stay there otherwise.
  QMetaObject::invokeMethod(this, &CurveView::placePlot, Qt::QueuedConnection);
  fillAxes();
  fillSeries();
}

// An area that is given again moves nothing; it has to be taken away first.
void CurveView::placePlot() {
  const QFontMetricsF metrics(smallFont(this));
  chart()->setPlotArea({});
  chart()->setPlotArea(QRectF(rect()).adjusted(metrics.horizontalAdvance(QStringLiteral("0.0000")) + 10,
                                               legendHeight + 4, -10, -metrics.height() - 10));
}

}  // namespace bypath
