#include "gui/inspector/readable_chart.h"

#include <algorithm>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include "gui/figures/figure_file.h"
#include "gui/theme/theme.h"

namespace bypath {

ReadableChart::ReadableChart(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  QFont small = font();
  small.setPointSizeF(8.5);
  setFont(small);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void ReadableChart::select(int index) {
  if (index == selected_ || index >= count()) return;
  selected_ = index;
  setAccessibleDescription(reading());
  update();
  Q_EMIT selectedChanged(index);
}

QString ReadableChart::reading() const {
  return selected_ < 0 ? QString() : readingOf(selected_);
}

void ReadableChart::forgetSelection() {
  selected_ = -1;
  setAccessibleDescription({});
  update();
  Q_EMIT selectedChanged(-1);
}

Result<void> ReadableChart::exportTo(const QString& path, const QString& title) const {
  return writeFigure(
      {size(), title, [this](QPainter& painter) { paint(painter, false); }, [this] { return csv(); }}, path);
}

void ReadableChart::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  paint(painter, true);
  if (!hasFocus()) return;
  painter.setPen(QPen(theme().accent, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
}

void ReadableChart::mouseMoveEvent(QMouseEvent* event) {
  const int index = indexAt(event->position());
  setCursor(index >= 0 ? over_ : Qt::ArrowCursor);
  if (index >= 0) select(index);
}

void ReadableChart::mousePressEvent(QMouseEvent* event) {
  const int index = indexAt(event->position());
  if (index < 0 || event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  select(index);
  Q_EMIT activated(index);
}

int ReadableChart::moved(int key) const {
  const int last = count() - 1;
  switch (key) {
    case Qt::Key_Right:
      return std::min(selected_ + 1, last);
    case Qt::Key_Left:
      return std::max(selected_ - 1, 0);
    case Qt::Key_Home:
      return 0;
    case Qt::Key_End:
      return last;
    default:
      return notMoved;
  }
}

void ReadableChart::keyPressEvent(QKeyEvent* event) {
  if (count() == 0) return QWidget::keyPressEvent(event);
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
    if (selected_ >= 0) Q_EMIT activated(selected_);
    return;
  }
  if (const int next = moved(event->key()); next != notMoved) return select(next);
  QWidget::keyPressEvent(event);
}

bool ReadableChart::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  auto* help = static_cast<QHelpEvent*>(event);
  const int index = indexAt(help->pos());
  QToolTip::showText(help->globalPos(), index < 0 ? QString() : readingOf(index), this);
  return true;
}

}  // namespace bypath
