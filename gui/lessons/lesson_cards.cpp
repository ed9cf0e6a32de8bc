#include "gui/lessons/lesson_cards.h"

#include <algorithm>

#include "gui/lessons/lesson_card.h"

namespace bypath {

namespace {

constexpr int spacing = 8;

}  // namespace

LessonCards::LessonCards(QWidget* parent) : QWidget(parent) {
  setObjectName(QStringLiteral("lessonCards"));
  setAccessibleName(tr("Lessons"));
  for (const Lesson& lesson : shippedLessons()) {
    auto* card = new LessonCard(lesson, this);
    cards_.push_back(card);
    connect(card, &QAbstractButton::clicked, this, [this, card] { Q_EMIT lessonRequested(card->id()); });
  }
  arrange();
}

void LessonCards::refresh() {
  for (LessonCard* card : cards_) card->refresh();
}

void LessonCards::setSmall(bool small) {
  small_ = small;
  for (LessonCard* card : cards_) card->setSmall(small);
  arrange();
}

QAbstractButton* LessonCards::card(const QString& lessonId) const {
  const auto found = std::ranges::find(cards_, lessonId, &LessonCard::id);
  return found == cards_.end() ? nullptr : *found;
}

void LessonCards::focusFirst() {
  if (!cards_.empty()) cards_.front()->setFocus(Qt::TabFocusReason);
}

QSize LessonCards::minimumSizeHint() const {
  return cards_.empty() ? QSize() : cards_.front()->minimumSizeHint();
}

// In rows that are full, or nearly: six beside each other, three, two, or one. A layout would not let the
// window become narrower than the rows are.
void LessonCards::arrange() {
  if (cards_.empty()) return;
  const QSize least = cards_.front()->minimumSizeHint();
  const int fit = std::max(1, (width() + spacing) / (least.width() + spacing));
  const int all = static_cast<int>(cards_.size());
  const int rows = (all + fit - 1) / fit, columns = (all + rows - 1) / rows;
  for (int i = 0; i < all; ++i) {
    const int column = i % columns, row = i / columns;
    const auto edge = [&](int at) { return at * (width() + spacing) / columns; };
    cards_[static_cast<size_t>(i)]->setGeometry(edge(column), row * (least.height() + spacing),
                                                edge(column + 1) - edge(column) - spacing, least.height());
  }
  setFixedHeight(rows * (least.height() + spacing) - spacing);
}

void LessonCards::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  arrange();
}

void LessonCards::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
}

}  // namespace bypath
