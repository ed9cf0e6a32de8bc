#include "gui/inspector/confusion_matrix.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <QKeyEvent>
#include <QPainter>

#include "gui/figures/figure_file.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double mostHead = 90;    // width of the class names in front of the rows
constexpr double mostWidth = 72;   // of a cell
constexpr double mostHeight = 48;  // of a cell

}  // namespace

ConfusionMatrix::ConfusionMatrix(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  QFont small = font();
  small.setPointSizeF(8.5);
  setFont(small);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void ConfusionMatrix::setCounts(std::vector<std::vector<int64_t>> counts, const QStringList& classes) {
  counts_ = std::move(counts);
  classes_ = classes;
  images_.clear();
  for (const std::vector<int64_t>& row : counts_)
    images_.push_back(std::accumulate(row.begin(), row.end(), int64_t{0}));
  label_ = predicted_ = -1;
  setAccessibleDescription({});
  update();
}

double ConfusionMatrix::headWidth() const {
  const QFontMetricsF metrics(font());
  double widest = 0;
  for (const QString& name : classes_) widest = std::max(widest, metrics.horizontalAdvance(name));
  return std::min(widest, mostHead) + 10;
}

QRectF ConfusionMatrix::plot() const {
  const double line = QFontMetricsF(font()).height();
  const double left = headWidth() + line, top = 2 * line + 4;
  const double n = std::max(1, classCount());
  return {left, top, std::min(width() - left - 4, n * mostWidth),
          std::min(height() - top - 4, n * mostHeight)};
}

// Smaller where the rows are low, down to what can still be read.
QFont ConfusionMatrix::rowFont() const {
  constexpr double least = 6.5;
  QFont fitting = font();
  const double high = QFontMetricsF(fitting).height(), row = plot().height() / std::max(1, classCount());
  if (row < high) fitting.setPointSizeF(std::max(least, fitting.pointSizeF() * row / high * 1.1));
  return fitting;
}

QRectF ConfusionMatrix::cell(int label, int predicted) const {
  const QRectF area = plot();
  const double w = area.width() / classCount(), h = area.height() / classCount();
  return {area.left() + predicted * w, area.top() + label * h, w, h};
}

QPoint ConfusionMatrix::cellAt(const QPointF& position) const {
  const QRectF area = plot();
  if (counts_.empty() || !area.contains(position)) return {-1, -1};
  const auto at = [&](double share) {
    return std::clamp(static_cast<int>(share * classCount()), 0, classCount() - 1);
  };
  return {at((position.x() - area.left()) / area.width()), at((position.y() - area.top()) / area.height())};
}

double ConfusionMatrix::share(int label, int predicted) const {
  const auto row = static_cast<size_t>(label);
  if (images_[row] == 0) return 0;
  return static_cast<double>(counts_[row][static_cast<size_t>(predicted)]) /
         static_cast<double>(images_[row]);
}

QString ConfusionMatrix::reading(int label, int predicted) const {
  if (label < 0 || predicted < 0 || label >= classCount()) return {};
  const auto row = static_cast<size_t>(label);
  const QString of = tr("%1 of %2 images, %3 %")
                         .arg(counts_[row][static_cast<size_t>(predicted)])
                         .arg(images_[row])
                         .arg(share(label, predicted) * 100, 0, 'f', 1);
  return label == predicted ? tr("%1 recognised: %2").arg(classes_[label], of)
                            : tr("%1 taken for %2: %3").arg(classes_[label], classes_[predicted], of);
}

void ConfusionMatrix::select(int label, int predicted) {
  if (label == label_ && predicted == predicted_) return;
  label_ = label;
  predicted_ = predicted;
  setAccessibleDescription(reading(label, predicted));
  update();
  Q_EMIT selectedChanged();
}

void ConfusionMatrix::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paint(painter, true);
}

void ConfusionMatrix::paint(QPainter& painter, bool marks) const {
  if (counts_.empty()) return;
  painter.setFont(rowFont());
  paintNames(painter);
  for (int label = 0; label < classCount(); ++label)
    for (int predicted = 0; predicted < classCount(); ++predicted) paintCell(painter, label, predicted);
  const Theme& t = theme();
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(marks && hasFocus() ? t.accent : t.border, 1));
  painter.drawRect(plot());
  if (!marks || label_ < 0) return;
  painter.setPen(QPen(t.text, 2));
  painter.drawRect(cell(label_, predicted_));
}

// Names of rows where a line fits into a row, of columns where a few letters fit.
void ConfusionMatrix::paintNames(QPainter& painter) const {
  const QFontMetricsF metrics(rowFont());
  const QRectF area = plot(), one = cell(0, 0);
  const double line = metrics.height();
  painter.setPen(theme().textMuted);
  painter.drawText(QRectF(area.left(), 0, area.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(tr("taken for"), Qt::ElideRight, area.width()));
  painter.save();
  painter.translate(0, area.bottom());
  painter.rotate(-90);
  painter.drawText(QRectF(0, 0, area.height(), line), Qt::AlignRight | Qt::AlignVCenter,
                   metrics.elidedText(tr("images of"), Qt::ElideRight, area.height()));
  painter.restore();
  painter.setPen(theme().text);
  constexpr double fewLetters = 22;
  const int everyRow = std::max(1, static_cast<int>(std::ceil(line * 0.75 / one.height())));
  for (int k = 0; k < classCount(); ++k) {
    if (k % everyRow == 0)
      painter.drawText(QRectF(line, cell(k, 0).center().y() - line / 2, headWidth() - 6, line),
                       Qt::AlignRight | Qt::AlignVCenter,
                       metrics.elidedText(classes_[k], Qt::ElideRight, headWidth() - 6));
    if (one.width() >= fewLetters)
      painter.drawText(QRectF(cell(0, k).left() + 1, line + 2, one.width() - 2, line), Qt::AlignCenter,
                       metrics.elidedText(classes_[k], Qt::ElideRight, one.width() - 2));
  }
}

void ConfusionMatrix::paintCell(QPainter& painter, int label, int predicted) const {
  const Theme& t = theme();
  const int64_t count = counts_[static_cast<size_t>(label)][static_cast<size_t>(predicted)];
  if (count == 0) return;
  const QRectF place = cell(label, predicted);
  // The root lifts what is rare, and so what is worth a look, above the background.
  constexpr double least = 0.1;
  const double strength = least + (1 - least) * std::sqrt(share(label, predicted));
  const QColor ink = label == predicted ? t.series[0] : t.series[1];
  const auto mixed = [&](int from, int to) { return qRound(from + (to - from) * strength); };
  const QColor fill(mixed(t.panel.red(), ink.red()), mixed(t.panel.green(), ink.green()),
                    mixed(t.panel.blue(), ink.blue()));
  painter.fillRect(place.adjusted(0.5, 0.5, -0.5, -0.5), fill);
  const QString text = QString::number(count);
  const QFontMetricsF metrics(painter.font());
  if (metrics.horizontalAdvance(text) + 2 > place.width() || metrics.capHeight() + 1 > place.height()) return;
  painter.setPen(qGray(fill.rgb()) > 135 ? QColor(Qt::black) : QColor(Qt::white));
  painter.drawText(place, Qt::AlignCenter, text);
}

void ConfusionMatrix::mouseMoveEvent(QMouseEvent* event) {
  const QPoint at = cellAt(event->position());
  setCursor(at.x() >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
  Q_EMIT pointedAt(reading(at.y(), at.x()));
}

void ConfusionMatrix::mousePressEvent(QMouseEvent* event) {
  const QPoint at = cellAt(event->position());
  if (at.x() < 0 || event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  select(at.y(), at.x());
}

void ConfusionMatrix::leaveEvent(QEvent* event) {
  QWidget::leaveEvent(event);
  Q_EMIT pointedAt({});
}

void ConfusionMatrix::keyPressEvent(QKeyEvent* event) {
  const int last = classCount() - 1;
  if (last < 0) return QWidget::keyPressEvent(event);
  const bool none = label_ < 0;
  const auto go = [&](int down, int right) {
    select(none ? 0 : std::clamp(label_ + down, 0, last), none ? 0 : std::clamp(predicted_ + right, 0, last));
  };
  switch (event->key()) {
    case Qt::Key_Right:
      return go(0, 1);
    case Qt::Key_Left:
      return go(0, -1);
    case Qt::Key_Down:
      return go(1, 0);
    case Qt::Key_Up:
      return go(-1, 0);
    case Qt::Key_Escape:
      if (!none) return select(-1, -1);
      return QWidget::keyPressEvent(event);
    default:
      return QWidget::keyPressEvent(event);
  }
}

QByteArray ConfusionMatrix::csv() const {
  QByteArray text = "class";
  for (const QString& name : classes_) text += ',' + csvText(name);
  text += '\n';
  for (int label = 0; label < classCount(); ++label) {
    text += csvText(classes_[label]);
    for (const int64_t count : counts_[static_cast<size_t>(label)])
      text += ',' + QByteArray::number(qlonglong(count));
    text += '\n';
  }
  return text;
}

Result<void> ConfusionMatrix::exportTo(const QString& path, const QString& title) const {
  return writeFigure(
      {size(), title, [this](QPainter& painter) { paint(painter, false); }, [this] { return csv(); }}, path);
}

}  // namespace bypath
