#include "gui/inspector/picture_cards.h"

#include <algorithm>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QScrollArea>
#include <QToolTip>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int margin = 6;
constexpr int gap = 6;
constexpr int inset = 3;        // between a card's frame and its picture
constexpr int mostWords = 110;  // pixels; longer words end in dots

}  // namespace

PictureCards::PictureCards(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  QFont small = font();
  small.setPointSizeF(8.5);
  setFont(small);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

QScrollArea* PictureCards::scrolled(PictureCards* cards) {
  auto* area = new QScrollArea;
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  area->setFocusPolicy(Qt::NoFocus);
  area->setWidget(cards);
  connect(cards, &PictureCards::selectedChanged, area, [area, cards](int index) {
    const QRect place = cards->place(index);
    if (!place.isEmpty())
      area->ensureVisible(place.center().x(), place.center().y(), 0, place.height() / 2 + gap);
  });
  return area;
}

void PictureCards::setCards(std::vector<PictureCard> cards, int tile) {
  cards_ = std::move(cards);
  tile_ = QSize(tile, tile);
  if (!cards_.empty() && cards_.front().image.width() > 0)
    tile_.setHeight(std::max(1, tile * cards_.front().image.height() / cards_.front().image.width()));
  wordsWidth_ = 0;
  for (const PictureCard& card : cards_)
    for (const QString& line : card.lines)
      wordsWidth_ = std::max(wordsWidth_, fontMetrics().horizontalAdvance(line) + 2);
  wordsWidth_ = std::min(wordsWidth_, mostWords);
  selected_ = -1;
  setMinimumHeight(heightForWidth(width()));
  updateGeometry();
  update();
  Q_EMIT selectedChanged(-1);
}

QSize PictureCards::cardSize() const {
  const auto lines = cards_.empty() ? 0 : static_cast<int>(cards_.front().lines.size());
  return {std::max(tile_.width(), wordsWidth_) + 2 * inset,
          tile_.height() + 2 * inset + lines * fontMetrics().height()};
}

int PictureCards::columns(int width) const {
  return std::max(1, (width - 2 * margin + gap) / (cardSize().width() + gap));
}

QRect PictureCards::place(int index) const {
  if (index < 0 || index >= static_cast<int>(cards_.size())) return {};
  const QSize size = cardSize();
  const int perLine = columns(width());
  return {QPoint(margin + index % perLine * (size.width() + gap),
                 margin + index / perLine * (size.height() + gap)),
          size};
}

int PictureCards::heightForWidth(int width) const {
  const int perLine = columns(width);
  const int lines = (static_cast<int>(cards_.size()) + perLine - 1) / perLine;
  return 2 * margin + lines * (cardSize().height() + gap);
}

int PictureCards::indexAt(const QPoint& position) const {
  for (int i = 0; i < static_cast<int>(cards_.size()); ++i)
    if (place(i).contains(position)) return i;
  return -1;
}

void PictureCards::select(int index) {
  if (index == selected_ || index >= static_cast<int>(cards_.size())) return;
  selected_ = index;
  setAccessibleDescription(index < 0 ? QString() : cards_[static_cast<size_t>(index)].reading);
  update();
  Q_EMIT selectedChanged(index);
}

void PictureCards::paintEvent(QPaintEvent* event) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(font());
  for (int i = 0; i < static_cast<int>(cards_.size()); ++i)
    if (place(i).intersects(event->rect())) paintCard(painter, i);
  if (selected_ < 0) return;
  painter.setPen(QPen(hasFocus() ? theme().accent : theme().textMuted, 2));
  painter.setBrush(Qt::NoBrush);
  painter.drawRoundedRect(QRectF(place(selected_)), 4, 4);
}

void PictureCards::paint(QPainter& painter) const {
  painter.setFont(font());
  for (int i = 0; i < static_cast<int>(cards_.size()); ++i) paintCard(painter, i);
}

void PictureCards::paintCard(QPainter& painter, int index) const {
  const PictureCard& card = cards_[static_cast<size_t>(index)];
  const QRect frame = place(index).adjusted(inset, inset, -inset, -inset);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  const QRect picture(QPoint(frame.left() + (frame.width() - tile_.width()) / 2, frame.top()), tile_);
  painter.drawImage(picture, card.image);
  painter.setPen(QPen(theme().border, 1));
  painter.setBrush(Qt::NoBrush);
  painter.drawRect(QRectF(picture).adjusted(-0.5, -0.5, 0.5, 0.5));
  const QFontMetrics metrics(font());
  int y = frame.top() + tile_.height();
  for (int line = 0; line < card.lines.size(); ++line) {
    painter.setPen(line == 0 ? theme().text : theme().textMuted);
    painter.drawText(QRect(frame.left(), y, frame.width(), metrics.height()), Qt::AlignCenter,
                     metrics.elidedText(card.lines[line], Qt::ElideRight, frame.width()));
    y += metrics.height();
  }
}

void PictureCards::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  setMinimumHeight(heightForWidth(width()));
}

void PictureCards::mousePressEvent(QMouseEvent* event) {
  const int index = indexAt(event->position().toPoint());
  if (index < 0 || event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  select(index);
}

void PictureCards::keyPressEvent(QKeyEvent* event) {
  const auto last = static_cast<int>(cards_.size()) - 1;
  if (last < 0) return QWidget::keyPressEvent(event);
  const int perLine = columns(width());
  switch (event->key()) {
    case Qt::Key_Right:
      return select(std::min(selected_ + 1, last));
    case Qt::Key_Left:
      return select(std::max(selected_ - 1, 0));
    case Qt::Key_Down:
      return select(selected_ + perLine <= last ? std::max(selected_ + perLine, 0) : selected_);
    case Qt::Key_Up:
      return select(selected_ >= perLine ? selected_ - perLine : std::max(selected_, 0));
    case Qt::Key_Home:
      return select(0);
    case Qt::Key_End:
      return select(last);
    default:
      return QWidget::keyPressEvent(event);
  }
}

bool PictureCards::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  auto* help = static_cast<QHelpEvent*>(event);
  const int index = indexAt(help->pos());
  QToolTip::showText(help->globalPos(), index < 0 ? QString() : cards_[static_cast<size_t>(index)].reading,
                     this);
  return true;
}

}  // namespace bypath
