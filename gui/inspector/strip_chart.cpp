#include "gui/inspector/strip_chart.h"

#include <algorithm>
#include <cmath>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include "gui/figures/figure_file.h"
#include "gui/inspector/value_axis.h"
#include "gui/theme/heat_scale.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double least = 4;        // pixels of a row
constexpr double mostNames = 150;  // at the left
constexpr double noNames = 8;
constexpr double legendWidth = 64;  // at the right
constexpr double decades = 8;       // of a logarithmic scale, at most

bool isShown(double value, bool logarithmic) {
  return std::isfinite(value) && (!logarithmic || value > 0);
}

// "stage1[9]/conv2" of "stage1[9]/branch/conv2": in a narrow row the name counts that tells rows apart.
QString rowName(const std::string& path) {
  return QString::fromStdString(path).replace(QStringLiteral("/branch/"), QStringLiteral("/"));
}

// Two digits in the room for six characters: "0.017", "1.4e−4", "1.7e3".
QString legendText(double value) {
  constexpr double small = 1e-3, large = 1e3;
  const QString text =
      value < small || value >= large ? QString::number(value, 'e', 1) : QString::number(value, 'g', 2);
  return shortExponent(text);
}

}  // namespace

std::optional<StripRange> rangeOf(const std::vector<const Strip*>& strips, bool logarithmic) {
  if (!logarithmic) return StripRange{0, 1};
  std::optional<StripRange> range;
  for (const Strip* strip : strips)
    for (double value : strip->values) {
      if (!isShown(value, true)) continue;
      const double power = std::log10(value);
      if (!range) range = StripRange{power, power};
      range->low = std::min(range->low, power);
      range->high = std::max(range->high, power);
    }
  if (!range) return range;
  range->low = std::max(range->low, range->high - decades);
  constexpr double narrow = 0.5;
  if (range->high - range->low < narrow) range->low = range->high - narrow;
  return range;
}

StripChart::StripChart(QWidget* parent) : ReadableChart(parent) {
  setCursorOver(Qt::CrossCursor);
  connect(this, &ReadableChart::activated, this, [this](int index) {
    Q_EMIT scrubbed(strip_.steps[static_cast<size_t>(index) % strip_.steps.size()]);
  });
  connect(this, &ReadableChart::selectedChanged, this, [this](int index) {
    if (index >= 0) scrollTo(index / static_cast<int>(strip_.steps.size()));
  });
}

void StripChart::setStrip(Strip strip, const StripQuantity& quantity, std::optional<StripRange> range) {
  const bool same = strip.paths == strip_.paths && strip.steps.size() == strip_.steps.size();
  strip_ = std::move(strip);
  quantity_ = quantity;
  range_ = range ? range : rangeOf({&strip_}, quantity.logarithmic);
  draw();
  if (!same && selected() >= 0) forgetSelection();
  firstRow_ = std::clamp(firstRow_, 0, std::max(0, static_cast<int>(strip_.paths.size()) - rowsInSight()));
  update();
}

void StripChart::setCursorStep(std::optional<int64_t> step) {
  if (cursor_ == step) return;
  cursor_ = step;
  update();
}

double StripChart::share(double value) const {
  const double at = quantity_.logarithmic ? std::log10(value) : value;
  return (at - range_->low) / (range_->high - range_->low);
}

void StripChart::draw() {
  image_ = QImage(static_cast<int>(strip_.steps.size()), static_cast<int>(strip_.paths.size()),
                  QImage::Format_RGB32);
  const QRgb none = noHeatColor().rgb(), broken = theme().error.rgb();
  for (int row = 0; row < image_.height(); ++row) {
    auto* line = reinterpret_cast<QRgb*>(image_.scanLine(row));
    for (int column = 0; column < image_.width(); ++column) {
      const double value = strip_.at(static_cast<size_t>(row), static_cast<size_t>(column));
      line[column] = isShown(value, quantity_.logarithmic) && range_ ? heatColor(share(value)).rgb()
                     : std::isinf(value)                             ? broken
                     : value == 0                                    ? heatColor(0).rgb()
                                                                     : none;
    }
  }
}

void StripChart::setNamesShown(bool shown) {
  namesShown_ = shown;
  update();
}

double StripChart::namesWidth() const {
  constexpr double share = 0.42;
  return namesShown_ ? std::min(mostNames, width() * share) : noNames;
}

QRectF StripChart::plot() const {
  const double below = fontMetrics().height() + 6;
  return QRectF(rect()).adjusted(namesWidth(), 4, -legendWidth, -below);
}

double StripChart::rowHeight() const {
  return strip_.paths.empty() ? least
                              : std::max(least, plot().height() / static_cast<double>(strip_.paths.size()));
}

int StripChart::rowsInSight() const {
  return std::max(1, static_cast<int>(plot().height() / rowHeight() + 1e-6));
}

double StripChart::x(size_t column) const {
  return plot().left() + plot().width() * static_cast<double>(column) /
                             static_cast<double>(std::max<size_t>(strip_.steps.size(), 1));
}

size_t StripChart::columnAt(double at) const {
  const auto last = static_cast<double>(strip_.steps.size()) - 1;
  return static_cast<size_t>(
      std::clamp(std::floor((at - plot().left()) / plot().width() * (last + 1)), 0.0, last));
}

QRectF StripChart::cell(size_t row, size_t column) const {
  return {x(column), plot().top() + rowHeight() * (static_cast<double>(row) - firstRow_),
          x(column + 1) - x(column), rowHeight()};
}

int StripChart::count() const {
  return static_cast<int>(strip_.values.size());
}

int StripChart::indexAt(const QPointF& position) const {
  if (strip_.empty() || !plot().contains(position)) return -1;
  const int row = firstRow_ + static_cast<int>((position.y() - plot().top()) / rowHeight());
  if (row >= static_cast<int>(strip_.paths.size())) return -1;
  return row * static_cast<int>(strip_.steps.size()) + static_cast<int>(columnAt(position.x()));
}

QString StripChart::readingOf(int index) const {
  const size_t row = static_cast<size_t>(index) / strip_.steps.size(),
               column = static_cast<size_t>(index) % strip_.steps.size();
  const double value = strip_.at(row, column);
  const QString number = std::isnan(value) ? tr("not looked at")
                         : quantity_.logarithmic
                             ? QString::number(value, 'g', 3)
                             : QString::number(value * 100, 'f', 1) + QStringLiteral(" %");
  return tr("%1, step %2: %3")
      .arg(QString::fromStdString(strip_.paths[row]), QLocale().toString(qlonglong(strip_.steps[column])),
           number);
}

int StripChart::moved(int key) const {
  const int columns = static_cast<int>(strip_.steps.size());
  if (selected() < 0) return columns - 1;
  switch (key) {
    case Qt::Key_Right:
      return selected() % columns + 1 < columns ? selected() + 1 : selected();
    case Qt::Key_Left:
      return selected() % columns > 0 ? selected() - 1 : selected();
    case Qt::Key_Down:
      return selected() + columns < count() ? selected() + columns : selected();
    case Qt::Key_Up:
      return selected() >= columns ? selected() - columns : selected();
    case Qt::Key_Home:
      return selected() - selected() % columns;
    case Qt::Key_End:
      return selected() - selected() % columns + columns - 1;
    default:
      return notMoved;
  }
}

void StripChart::mouseMoveEvent(QMouseEvent* event) {
  ReadableChart::mouseMoveEvent(event);
  if (!(event->buttons() & Qt::LeftButton) || strip_.empty()) return;
  Q_EMIT scrubbed(strip_.steps[columnAt(event->position().x())]);
}

void StripChart::mouseDoubleClickEvent(QMouseEvent* event) {
  const int index = indexAt(event->position());
  if (index >= 0)
    Q_EMIT layerRequested(
        QString::fromStdString(strip_.paths[static_cast<size_t>(index) / strip_.steps.size()]));
}

void StripChart::wheelEvent(QWheelEvent* event) {
  const int most = static_cast<int>(strip_.paths.size()) - rowsInSight();
  if (most <= 0) return QWidget::wheelEvent(event);
  constexpr double rowsANotch = 12, notch = 120;
  const int pixels = event->pixelDelta().y();
  const double rows = pixels ? pixels / rowHeight() : event->angleDelta().y() / notch * rowsANotch;
  firstRow_ = std::clamp(firstRow_ - static_cast<int>(std::lround(rows)), 0, most);
  update();
  event->accept();
}

void StripChart::scrollTo(int row) {
  const int seen = rowsInSight();
  firstRow_ = std::clamp(firstRow_, std::max(0, row - seen + 1), std::max(0, row));
}

void StripChart::paint(QPainter& painter, bool marks) const {
  if (strip_.empty()) return;
  const QRectF area = plot();
  const int rows = std::min(rowsInSight() + 1, image_.height() - firstRow_);
  painter.save();
  painter.setClipRect(area);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.drawImage(QRectF(area.left(), area.top(), area.width(), rows * rowHeight()), image_,
                    QRectF(0, firstRow_, image_.width(), rows));
  painter.restore();
  paintRows(painter);
  paintSteps(painter);
  paintLegend(painter);
  if (marks && selected() >= 0) {
    const auto columns = strip_.steps.size();
    const QRectF one =
        cell(static_cast<size_t>(selected()) / columns, static_cast<size_t>(selected()) % columns);
    painter.setPen(QPen(theme().text, 1));
    painter.setBrush(Qt::NoBrush);
    if (area.contains(one.center())) painter.drawRect(one.adjusted(-0.5, -0.5, 0.5, 0.5));
  }
  if (!cursor_) return;
  const auto after = std::ranges::upper_bound(strip_.steps, *cursor_);
  const size_t column =
      after == strip_.steps.begin() ? 0 : static_cast<size_t>(after - strip_.steps.begin()) - 1;
  const double at = (x(column) + x(column + 1)) / 2;
  painter.setPen(QPen(theme().panel, 4));
  painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()));
  painter.setPen(QPen(theme().text, 1.5));
  painter.drawLine(QPointF(at, area.top()), QPointF(at, area.bottom()));
}

// Names of rows, as many as there is room for.
void StripChart::paintRows(QPainter& painter) const {
  const QFontMetricsF metrics(painter.font());
  const double line = metrics.height();
  const int every = std::max(1, static_cast<int>(std::ceil(line / rowHeight())));
  const int last = std::min(firstRow_ + rowsInSight(), static_cast<int>(strip_.paths.size()));
  painter.setPen(theme().textMuted);
  for (int row = namesShown_ ? firstRow_ : last; row < last; row += every) {
    const QRectF at(4, cell(static_cast<size_t>(row), 0).center().y() - line / 2, namesWidth() - 12, line);
    if (at.bottom() > plot().bottom() + line / 2) break;
    painter.drawText(
        at, Qt::AlignRight | Qt::AlignVCenter,
        metrics.elidedText(rowName(strip_.paths[static_cast<size_t>(row)]), Qt::ElideLeft, at.width()));
  }
}

void StripChart::paintSteps(QPainter& painter) const {
  const QFontMetricsF metrics(painter.font());
  painter.setPen(theme().textMuted);
  const double top = plot().bottom() + 3;
  double free = plot().left() - 1;
  const QString word = tr("step");
  if (namesShown_)
    painter.drawText(QRectF(4, top, namesWidth() - 12, metrics.height()), Qt::AlignRight, word);
  constexpr double gap = 60;
  for (size_t column = 0; column < strip_.steps.size(); ++column) {
    const double middle = (x(column) + x(column + 1)) / 2;
    const QString text = QLocale().toString(qlonglong(strip_.steps[column]));
    const double width = metrics.horizontalAdvance(text);
    const double left = std::clamp(middle - width / 2, plot().left(), plot().right() - width);
    if (left < free) continue;
    painter.drawText(QRectF(left, top, width + 2, metrics.height()), Qt::AlignLeft, text);
    free = left + width + gap;
  }
}

void StripChart::paintLegend(QPainter& painter) const {
  if (!range_) return;
  const QRectF bar(plot().right() + 10, plot().top(), 10, plot().height());
  QLinearGradient colours(bar.bottomLeft(), bar.topLeft());
  constexpr int stops = 16;
  for (int i = 0; i <= stops; ++i) colours.setColorAt(i / double{stops}, heatColor(i / double{stops}));
  painter.fillRect(bar, colours);
  painter.setPen(theme().textMuted);
  const QFontMetricsF metrics(painter.font());
  constexpr int marks = 3;
  for (int i = 0; i < marks; ++i) {
    const double part = i / double{marks - 1};
    const double at = range_->low + (range_->high - range_->low) * part;
    const QString text = quantity_.logarithmic
                             ? legendText(std::pow(10, at))
                             : QString::number(std::lround(at * 100)) + QStringLiteral(" %");
    const double y = bar.bottom() - part * bar.height();
    painter.drawText(QRectF(bar.right() + 4,
                            std::clamp(y - metrics.height() / 2, bar.top(), bar.bottom() - metrics.height()),
                            legendWidth - 24, metrics.height()),
                     Qt::AlignLeft | Qt::AlignVCenter, text);
  }
}

QByteArray StripChart::csv() const {
  QByteArray text = "path";
  for (int64_t step : strip_.steps) text += ',' + QByteArray::number(qlonglong(step));
  text += '\n';
  for (size_t row = 0; row < strip_.paths.size(); ++row) {
    text += csvText(QString::fromStdString(strip_.paths[row]));
    for (size_t column = 0; column < strip_.steps.size(); ++column) {
      const double value = strip_.at(row, column);
      text += ',' + (std::isnan(value) ? QByteArray() : QByteArray::number(value, 'g', 9));
    }
    text += '\n';
  }
  return text;
}

}  // namespace bypath
