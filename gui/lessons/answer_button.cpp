#include "gui/lessons/answer_button.h"

#include <algorithm>
#include <QPainter>

#include "gui/theme/style_sheet.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int aside = 10, above = 7, sign = 16, gap = 6;
constexpr int usual = 240, narrowest = 120;

}  // namespace

AnswerButton::AnswerButton(const QString& text, QWidget* parent) : QAbstractButton(parent) {
  setText(text);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_Hover);
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Preferred);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  setAccessibleName(text);
}

void AnswerButton::setMark(Mark mark) {
  mark_ = mark;
  setAccessibleDescription(mark == Mark::right   ? tr("right")
                           : mark == Mark::wrong ? tr("not quite")
                                                 : QString());
  update();
}

int AnswerButton::heightForWidth(int width) const {
  const QRect room(0, 0, std::max(1, width - 2 * aside - sign - gap), 1000);
  return fontMetrics().boundingRect(room, Qt::TextWordWrap, text()).height() + 2 * above;
}

QSize AnswerButton::sizeHint() const {
  return {usual, heightForWidth(usual)};
}

QSize AnswerButton::minimumSizeHint() const {
  return {narrowest, fontMetrics().height() + 2 * above};
}

void AnswerButton::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QColor mark = mark_ == Mark::right ? t.good : mark_ == Mark::wrong ? t.warning : t.border;
  painter.setPen(QPen(hasFocus() ? t.accent : mark, hasFocus() ? 2 : 1));
  painter.setBrush(mark_ != Mark::none ? blend(t.panel, mark, t.dark ? 0.18 : 0.08)
                   : underMouse()      ? t.panelRaised
                                       : t.panel);
  painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
  painter.setPen(t.text);
  painter.drawText(rect().adjusted(aside, above, -aside - sign - gap, -above),
                   Qt::AlignVCenter | Qt::TextWordWrap, text());
  if (mark_ == Mark::none) return;
  const QRect place(width() - aside - sign, (height() - sign) / 2, sign, sign);
  themedIcon(mark_ == Mark::right ? QStringLiteral("check") : QStringLiteral("close"),
             mark_ == Mark::right ? &Theme::good : &Theme::warning)
      .paint(&painter, place);
}

}  // namespace bypath
