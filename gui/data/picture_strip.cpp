#include "gui/data/picture_strip.h"

#include <algorithm>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include "gui/theme/picture_size.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int gap = 8;
constexpr int caption = 18;
constexpr int lineGap = 4;

}  // namespace

PictureStrip::PictureStrip(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void PictureStrip::setPictures(std::vector<StripPicture> pictures) {
  pictures_ = std::move(pictures);
  QStringList words;
  for (const StripPicture& picture : pictures_) words << picture.toolTip;
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  updateGeometry();
  update();
}

int PictureStrip::tile() const {
  for (const StripPicture& picture : pictures_)
    if (const int width = picture.image.width(); width > 0) return sharpSize(width);
  return pictureSize;
}

int PictureStrip::columnsIn(int width) const {
  const int most = std::max(1, (width + gap) / (tile() + gap));
  // Lines of the same length: eight pictures stand as 4 + 4 rather than 5 + 3.
  const auto count = std::max(1, static_cast<int>(pictures_.size()));
  const int lines = (count + most - 1) / most;
  return (count + lines - 1) / lines;
}

int PictureStrip::heightForWidth(int width) const {
  const int columns = columnsIn(width);
  const int lines = (static_cast<int>(pictures_.size()) + columns - 1) / columns;
  return lines * (tile() + caption + lineGap);
}

QRect PictureStrip::place(int index) const {
  const int columns = columnsIn(width()), size = tile();
  return {index % columns * (size + gap), index / columns * (size + caption + lineGap), size, size};
}

void PictureStrip::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  QFont small = font();
  small.setPointSizeF(small.pointSizeF() - 1);
  painter.setFont(small);
  const QFontMetrics metrics(small);
  for (int i = 0; i < static_cast<int>(pictures_.size()); ++i) {
    const StripPicture& picture = pictures_[static_cast<size_t>(i)];
    const QRect at = place(i);
    if (picture.image.isNull()) {
      painter.setPen(QPen(t.border, 1, Qt::DashLine));
      painter.drawRect(at.adjusted(0, 0, -1, -1));
    } else {
      painter.drawImage(at, picture.image);
    }
    painter.setPen(t.textMuted);
    painter.drawText(QRect(at.left(), at.bottom() + 1, at.width(), caption),
                     Qt::AlignHCenter | Qt::AlignVCenter,
                     metrics.elidedText(picture.caption, Qt::ElideRight, at.width() + gap));
  }
}

void PictureStrip::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  updateGeometry();
}

bool PictureStrip::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  for (int i = 0; i < static_cast<int>(pictures_.size()); ++i)
    if (place(i).contains(help->pos())) {
      QToolTip::showText(help->globalPos(), pictures_[static_cast<size_t>(i)].toolTip, this, place(i));
      return true;
    }
  QToolTip::hideText();
  return true;
}

}  // namespace bypath
