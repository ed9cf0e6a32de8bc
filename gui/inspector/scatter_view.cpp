#include "gui/inspector/scatter_view.h"

#include <algorithm>
#include <cmath>
#include <QKeyEvent>
#include <QPainter>

#include "gui/dashboard/curve_math.h"
#include "gui/figures/figure_file.h"
#include "gui/inspector/scatter_marks.h"
#include "gui/theme/picture_size.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr double reach = 12;  // pixels from which the mouse selects a point
constexpr double mark = 3.2;
constexpr double mostLegend = 120;

QString axisText(double value) {
  return QString::number(value, 'g', 3).replace(QLatin1Char('-'), QChar(0x2212));
}

}  // namespace

ScatterView::ScatterView(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  QFont small = font();
  small.setPointSizeF(8.5);
  setFont(small);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, &ScatterView::renew);
}

void ScatterView::setPoints(std::vector<ScatterPoint> points, const QStringList& kinds,
                            const QStringList& axes) {
  points_ = std::move(points);
  kinds_ = kinds;
  axes_ = axes;
  selected_ = highlighted_ = -1;
  double low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};
  for (int i = 0; i < static_cast<int>(points_.size()); ++i) {
    if (!isDrawn(i)) continue;
    const double at[2] = {points_[static_cast<size_t>(i)].x, points_[static_cast<size_t>(i)].y};
    for (int axis = 0; axis < 2; ++axis) {
      low[axis] = std::min(low[axis], at[axis]);
      high[axis] = std::max(high[axis], at[axis]);
    }
  }
  const auto widen = [&](int axis, double& from, double& to) {
    const bool none = !(high[axis] > low[axis]);
    const double middle = std::isfinite(low[axis]) ? low[axis] : 0, span = high[axis] - low[axis];
    from = none ? middle - 1 : low[axis] - 0.04 * span;
    to = none ? middle + 1 : high[axis] + 0.04 * span;
  };
  widen(0, left_, right_);
  widen(1, bottom_, top_);
  renew();
  Q_EMIT selectedChanged(-1);
}

void ScatterView::setPicture(std::function<QImage(int)> picture) {
  picture_ = std::move(picture);
}

bool ScatterView::isDrawn(int index) const {
  const ScatterPoint& point = points_[static_cast<size_t>(index)];
  return std::isfinite(point.x) && std::isfinite(point.y);
}

void ScatterView::renew() {
  drawn_ = QPixmap();
  update();
}

QRectF ScatterView::plot() const {
  const QFontMetricsF metrics(font());
  return QRectF(rect()).adjusted(metrics.horizontalAdvance(QStringLiteral("−0.001")) + metrics.height() + 8,
                                 6, -legendColumns() * legendWidth() - 12, -2 * metrics.height() - 6);
}

QPointF ScatterView::place(int index) const {
  const QRectF area = plot();
  const ScatterPoint& point = points_[static_cast<size_t>(index)];
  return {area.left() + area.width() * (point.x - left_) / (right_ - left_),
          area.bottom() - area.height() * (point.y - bottom_) / (top_ - bottom_)};
}

double ScatterView::legendWidth() const {
  double widest = 0;
  for (const QString& kind : kinds_)
    widest = std::max(widest, QFontMetricsF(font()).horizontalAdvance(kind) + 24);
  return std::min(widest, mostLegend);
}

int ScatterView::legendLines() const {
  return std::max(1, static_cast<int>((height() - 6) / (QFontMetricsF(font()).height() + 1)));
}

// No more than leave room for the points; kinds beyond them have no entry.
int ScatterView::legendColumns() const {
  constexpr int most = 3;
  return std::min((static_cast<int>(kinds_.size()) + legendLines() - 1) / legendLines(), most);
}

QRectF ScatterView::legendEntry(int kind) const {
  const double line = QFontMetricsF(font()).height() + 1;
  const int column = kind / legendLines();
  if (column >= legendColumns()) return {};
  return {plot().right() + 8 + column * legendWidth(), 6 + kind % legendLines() * line, legendWidth(), line};
}

int ScatterView::kindAt(const QPointF& position) const {
  for (int kind = 0; kind < kinds_.size(); ++kind)
    if (legendEntry(kind).contains(position)) return kind;
  return -1;
}

int ScatterView::nearest(const QPointF& position) const {
  int best = -1;
  double least = reach * reach;
  for (int i = 0; i < static_cast<int>(points_.size()); ++i) {
    if (!isDrawn(i) || (highlighted_ >= 0 && points_[static_cast<size_t>(i)].kind != highlighted_)) continue;
    const QPointF away = place(i) - position;
    const double distance = QPointF::dotProduct(away, away);
    if (distance > least) continue;
    least = distance;
    best = i;
  }
  return best;
}

void ScatterView::select(int index) {
  if (index == selected_ || index >= static_cast<int>(points_.size())) return;
  selected_ = index;
  update();
  Q_EMIT selectedChanged(index);
}

void ScatterView::highlight(int kind) {
  if (kind == highlighted_) return;
  highlighted_ = kind;
  renew();
}

void ScatterView::paintEvent(QPaintEvent*) {
  const double ratio = devicePixelRatioF();
  if (drawn_.isNull()) {
    drawn_ = QPixmap(size() * ratio);
    drawn_.setDevicePixelRatio(ratio);
    drawn_.fill(Qt::transparent);
    QPainter painter(&drawn_);
    painter.setRenderHint(QPainter::Antialiasing);
    paint(painter);
  }
  QPainter painter(this);
  painter.drawPixmap(0, 0, drawn_);
  painter.setRenderHint(QPainter::Antialiasing);
  paintPicture(painter);
  if (!hasFocus()) return;
  painter.setPen(QPen(theme().accent, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
}

void ScatterView::paint(QPainter& painter) const {
  if (points_.empty()) return;
  painter.setFont(font());
  paintAxes(painter);
  // In the order of the images, so that no kind lies above all others; what is highlighted comes last.
  constexpr double usual = 0.75, faded = 0.12;
  for (const bool lifted : {false, true})
    for (int i = 0; i < static_cast<int>(points_.size()); ++i) {
      const int kind = points_[static_cast<size_t>(i)].kind;
      if (!isDrawn(i) || (kind == highlighted_) != lifted) continue;
      paintMark(painter, place(i), mark, kind, highlighted_ < 0 ? usual : lifted ? 1 : faded);
    }
  paintLegend(painter);
}

void ScatterView::paintAxes(QPainter& painter) const {
  const Theme& t = theme();
  const QFontMetricsF metrics(font());
  const QRectF area = plot();
  const double line = metrics.height();
  const auto lines = [&](bool across, double from, double to, double room) {
    const double step = niceStep(to - from, std::clamp(static_cast<int>(room), 2, 8));
    const auto first = static_cast<int>(std::ceil(from / step - 1e-9));
    const auto last = static_cast<int>(std::floor(to / step + 1e-9));
    for (int at = first; at <= last; ++at) {
      const double value = at * step;
      painter.setPen(QPen(value == 0 ? t.textMuted : t.border, 1));
      if (across) {
        const double y = area.bottom() - area.height() * (value - from) / (to - from);
        painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        painter.setPen(t.textMuted);
        painter.drawText(QRectF(line, y - line / 2, area.left() - line - 6, line),
                         Qt::AlignRight | Qt::AlignVCenter, axisText(value));
      } else {
        const double x = area.left() + area.width() * (value - from) / (to - from);
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        painter.setPen(t.textMuted);
        painter.drawText(QRectF(x - 40, area.bottom() + 2, 80, line), Qt::AlignCenter, axisText(value));
      }
    }
  };
  lines(false, left_, right_, area.width() / 70);
  lines(true, bottom_, top_, area.height() / 30);
  painter.setPen(t.text);
  painter.drawText(QRectF(area.left(), area.bottom() + line + 2, area.width(), line), Qt::AlignCenter,
                   axes_.value(0));
  painter.save();
  painter.translate(0, area.bottom());
  painter.rotate(-90);
  painter.drawText(QRectF(0, 0, area.height(), line), Qt::AlignCenter,
                   metrics.elidedText(axes_.value(1), Qt::ElideRight, area.height()));
  painter.restore();
}

void ScatterView::paintLegend(QPainter& painter) const {
  const QFontMetricsF metrics(font());
  for (int kind = 0; kind < kinds_.size(); ++kind) {
    const QRectF entry = legendEntry(kind);
    if (entry.isEmpty()) break;
    paintMark(painter, {entry.left() + 6, entry.center().y()}, mark + 1, kind, 1);
    painter.setPen(highlighted_ < 0 || highlighted_ == kind ? theme().text : theme().textMuted);
    painter.drawText(entry.adjusted(16, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(kinds_[kind], Qt::ElideRight, entry.width() - 16));
  }
}

// Beside its point, on whichever side there is room.
void ScatterView::paintPicture(QPainter& painter) const {
  if (selected_ < 0 || !isDrawn(selected_)) return;
  const QPointF at = place(selected_);
  const int kind = points_[static_cast<size_t>(selected_)].kind;
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(theme().text, 2));
  painter.drawEllipse(at, mark + 3, mark + 3);
  paintMark(painter, at, mark + 1, kind, 1);
  const QImage image = picture_ ? picture_(selected_) : QImage();
  if (image.isNull()) return;
  const double size = sharpSize(image.width()), away = 12;
  const double x = at.x() + away + size < plot().right() ? at.x() + away : at.x() - away - size;
  const double y = std::clamp(at.y() - size / 2, 4.0, std::max(4.0, height() - size - 4));
  const QRectF frame(x, y, size, size * image.height() / image.width());
  painter.fillRect(frame.adjusted(-2, -2, 2, 2), markColour(kind));
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  painter.drawImage(frame, image);
}

void ScatterView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  renew();
}

void ScatterView::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::FontChange) renew();
}

void ScatterView::mouseMoveEvent(QMouseEvent* event) {
  setCursor(kindAt(event->position()) >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
  if (const int index = nearest(event->position()); index >= 0) select(index);
}

void ScatterView::mousePressEvent(QMouseEvent* event) {
  const int kind = kindAt(event->position());
  if (kind < 0 || event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  highlight(kind == highlighted_ ? -1 : kind);
}

void ScatterView::keyPressEvent(QKeyEvent* event) {
  if (points_.empty()) return QWidget::keyPressEvent(event);
  const auto last = static_cast<int>(points_.size()) - 1;
  // The next point of the kind that is lifted, or of any.
  const auto go = [&](int from, int by) {
    for (int i = from; i >= 0 && i <= last; i += by)
      if (isDrawn(i) && (highlighted_ < 0 || points_[static_cast<size_t>(i)].kind == highlighted_))
        return select(i);
  };
  const auto kinds = static_cast<int>(kinds_.size());
  switch (event->key()) {
    case Qt::Key_Right:
      return go(selected_ + 1, 1);
    case Qt::Key_Left:
      return go(selected_ < 0 ? last : selected_ - 1, -1);
    case Qt::Key_Home:
      return go(0, 1);
    case Qt::Key_End:
      return go(last, -1);
    case Qt::Key_Down:
      return highlight(std::min(highlighted_ + 1, kinds - 1));
    case Qt::Key_Up:
      return highlight(std::max(highlighted_ - 1, -1));
    default:
      return QWidget::keyPressEvent(event);
  }
}

QByteArray ScatterView::csv() const {
  QByteArray text = "image,class," + csvText(axes_.value(0)) + ',' + csvText(axes_.value(1)) + '\n';
  for (size_t i = 0; i < points_.size(); ++i)
    text += QByteArray::number(qulonglong(i)) + ',' + csvText(kinds_.value(points_[i].kind)) + ',' +
            QByteArray::number(points_[i].x, 'g', 9) + ',' + QByteArray::number(points_[i].y, 'g', 9) + '\n';
  return text;
}

Result<void> ScatterView::exportTo(const QString& path, const QString& title) const {
  return writeFigure({size(), title, [this](QPainter& painter) { paint(painter); }, [this] { return csv(); }},
                     path);
}

}  // namespace bypath
