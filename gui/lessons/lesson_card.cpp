#include "gui/lessons/lesson_card.h"

#include <QPainter>
#include <QTextLayout>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int aside = 12, above = 9, gap = 3;
constexpr int promiseLines = 2;
constexpr int narrowest = 150, narrowestSmall = 190, usual = 220;
constexpr int tick = 16;

QFont titleFont(const QFont& base) {
  QFont font = base;
  font.setWeight(QFont::DemiBold);
  return font;
}

QFont smallFont(const QFont& base) {
  QFont font = base;
  font.setPointSizeF(font.pointSizeF() - 1);
  return font;
}

// So many lines of a text; the last one is cut off with an ellipsis where there is more.
void drawLines(QPainter& painter, const QRectF& area, const QString& text, int lines) {
  const QFontMetricsF metrics(painter.font());
  QTextLayout layout(text, painter.font());
  layout.beginLayout();
  double y = area.top();
  for (int i = 0; i < lines; ++i) {
    QTextLine line = layout.createLine();
    if (!line.isValid()) break;
    line.setLineWidth(area.width());
    const int from = line.textStart();
    const bool cut = i + 1 == lines && from + line.textLength() < text.size();
    const QString shown = cut ? metrics.elidedText(text.mid(from), Qt::ElideRight, area.width())
                              : text.mid(from, line.textLength());
    painter.drawText(QRectF(area.left(), y, area.width(), metrics.height()), Qt::AlignLeft, shown);
    y += metrics.height();
  }
  layout.endLayout();
}

}  // namespace

LessonCard::LessonCard(const Lesson& lesson, QWidget* parent) : QAbstractButton(parent), lesson_(lesson) {
  setObjectName(QStringLiteral("lesson-") + lesson.id);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_Hover);
  setText(lesson.title);
  setToolTip(lesson.promise);
  refresh();
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

QString LessonCard::stateText() const {
  if (progress_.step > 0) return tr("at step %1 of %2").arg(progress_.step + 1).arg(lesson_.steps.size());
  if (progress_.done) return tr("done");
  return tr("%1 min").arg(lesson_.minutes);
}

void LessonCard::refresh() {
  progress_ = progressOf(lesson_);
  setAccessibleName(tr("Lesson: %1").arg(lesson_.title));
  setAccessibleDescription(lesson_.promise + QStringLiteral(" ") + stateText());
  update();
}

void LessonCard::setSmall(bool small) {
  small_ = small;
  update();
}

QSize LessonCard::sizeHint() const {
  const int title = QFontMetrics(titleFont(font())).height();
  const int line = QFontMetrics(smallFont(font())).height();
  if (small_) return {usual, title + 2 * above};
  return {usual, title + (promiseLines + 1) * line + 2 * gap + 2 * above};
}

QSize LessonCard::minimumSizeHint() const {
  return {small_ ? narrowestSmall : narrowest, sizeHint().height()};
}

void LessonCard::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const bool hovered = underMouse();
  painter.setPen(QPen(hasFocus() ? t.accent : t.border, hasFocus() ? 2 : 1));
  painter.setBrush(isDown() ? blend(t.panel, t.accent, 0.08) : hovered ? t.panelRaised : t.panel);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);

  QRectF text = QRectF(rect()).adjusted(aside, above, -aside, -above);
  if (progress_.done) {
    const QRectF place(text.right() - tick, text.top() + 1, tick, tick);
    themedIcon(QStringLiteral("check"), &Theme::good).paint(&painter, place.toRect());
  }
  painter.setFont(titleFont(font()));
  painter.setPen(t.text);
  const QFontMetricsF metrics(painter.font());
  const double room = text.width() - (progress_.done ? tick + gap : 0);
  painter.drawText(QRectF(text.left(), text.top(), room, metrics.height()), Qt::AlignLeft | Qt::AlignVCenter,
                   metrics.elidedText(lesson_.title, Qt::ElideRight, room));
  if (small_) return;
  painter.setFont(smallFont(font()));
  painter.setPen(t.textMuted);
  const double line = QFontMetricsF(painter.font()).height();
  text.setTop(text.top() + metrics.height() + gap);
  drawLines(painter, text, lesson_.promise, promiseLines);
  painter.setPen(progress_.step > 0 ? t.accent : t.textMuted);
  painter.drawText(QRectF(text.left(), text.bottom() - line, text.width(), line), Qt::AlignLeft, stateText());
}

}  // namespace bypath
