#include "gui/data/class_sheet.h"

#include <algorithm>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include "gui/data/set_image.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr size_t imagesARow = 24;
constexpr int margin = 16;
constexpr int picture = 32;
constexpr int gap = 4;
constexpr int nameHeight = 20;
constexpr int rowHeight = nameHeight + picture + 10;

}  // namespace

ClassSheet::ClassSheet(QWidget* parent) : QWidget(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Training images by class"));
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void ClassSheet::setDataSet(const std::shared_ptr<const DataSet>& set, int64_t images) {
  rows_.assign(set->classes.size(), {});
  for (size_t i = 0; i < rows_.size(); ++i) rows_[i].name = QString::fromStdString(set->classes[i]);
  const bool pictures = drawable(*set);
  for (int64_t i = 0; i < images; ++i) {
    const size_t label = set->train.labels[static_cast<size_t>(i)];
    if (label >= rows_.size()) continue;
    Row& row = rows_[label];
    ++row.count;
    if (pictures && row.pictures.size() < imagesARow)
      row.pictures.push_back({imageOf(*set, set->train, i), i});
  }
  if (placeOf(chosen_).row < 0) {
    chosen_ = -1;
    for (const Row& row : rows_)
      if (chosen_ < 0 && !row.pictures.empty()) chosen_ = row.pictures.front().index;
  }
  setMinimumHeight(sizeHint().height());
  updateGeometry();
  update();
  describe();
  Q_EMIT imageChosen(chosen_);
}

QSize ClassSheet::sizeHint() const {
  return {240, static_cast<int>(rows_.size()) * rowHeight + margin};
}

int ClassSheet::columns(int row) const {
  const auto there = static_cast<int>(rows_[static_cast<size_t>(row)].pictures.size());
  return std::clamp((width() - 2 * margin + gap) / (picture + gap), std::min(1, there), there);
}

QRect ClassSheet::pictureRect(int row, int column) const {
  return {margin + column * (picture + gap), margin / 2 + row * rowHeight + nameHeight, picture, picture};
}

QRect ClassSheet::chosenRect() const {
  const Place place = placeOf(chosen_);
  return place.row < 0 ? QRect() : pictureRect(place.row, place.column);
}

ClassSheet::Place ClassSheet::placeOf(int64_t image) const {
  for (size_t row = 0; row < rows_.size(); ++row) {
    const auto& pictures = rows_[row].pictures;
    const auto found = std::ranges::find(pictures, image, &Picture::index);
    if (found != pictures.end()) return {static_cast<int>(row), static_cast<int>(found - pictures.begin())};
  }
  return {};
}

ClassSheet::Place ClassSheet::placeAt(const QPoint& position) const {
  for (int row = 0; row < static_cast<int>(rows_.size()); ++row)
    for (int column = 0; column < columns(row); ++column)
      if (pictureRect(row, column).contains(position)) return {row, column};
  return {};
}

void ClassSheet::choose(int64_t image) {
  if (image == chosen_ || placeOf(image).row < 0) return;
  chosen_ = image;
  update();
  describe();
  Q_EMIT imageChosen(image);
}

void ClassSheet::describe() {
  const Place place = placeOf(chosen_);
  setAccessibleDescription(place.row < 0 ? QString()
                                         : tr("Training image %1, %2, is chosen")
                                               .arg(chosen_)
                                               .arg(rows_[static_cast<size_t>(place.row)].name));
}

void ClassSheet::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  const int width = this->width() - 2 * margin;
  const Place chosen = placeOf(chosen_);
  for (int row = 0; row < static_cast<int>(rows_.size()); ++row) {
    const Row& shown = rows_[static_cast<size_t>(row)];
    painter.setPen(t.textMuted);
    painter.drawText(QRect(margin, margin / 2 + row * rowHeight, width, nameHeight - 2),
                     Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(shown.name, Qt::ElideRight, width));
    for (int column = 0; column < columns(row); ++column)
      painter.drawImage(pictureRect(row, column), shown.pictures[static_cast<size_t>(column)].image);
  }
  if (chosen.row < 0 || chosen.column >= columns(chosen.row)) return;
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(hasFocus() ? t.accent : t.textMuted, 2));
  painter.drawRoundedRect(QRectF(pictureRect(chosen.row, chosen.column)).adjusted(-2, -2, 2, 2), 3, 3);
}

void ClassSheet::mousePressEvent(QMouseEvent* event) {
  const Place place = placeAt(event->position().toPoint());
  if (event->button() != Qt::LeftButton || place.row < 0) return QWidget::mousePressEvent(event);
  choose(rows_[static_cast<size_t>(place.row)].pictures[static_cast<size_t>(place.column)].index);
}

void ClassSheet::keyPressEvent(QKeyEvent* event) {
  const Place from = placeOf(chosen_);
  const int key = event->key();
  const int across = key == Qt::Key_Right ? 1 : key == Qt::Key_Left ? -1 : 0;
  const int down = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : 0;
  if (from.row < 0 || (across == 0 && down == 0)) return QWidget::keyPressEvent(event);
  int row = from.row + down;
  const auto rows = static_cast<int>(rows_.size());
  while (row >= 0 && row < rows && columns(row) == 0) row += down;  // a class without pictures
  if (row < 0 || row >= rows) return;
  const int column = std::clamp(from.column + across, 0, columns(row) - 1);
  choose(rows_[static_cast<size_t>(row)].pictures[static_cast<size_t>(column)].index);
}

void ClassSheet::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  update();
}

void ClassSheet::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  update();
}

bool ClassSheet::event(QEvent* event) {
  if (event->type() != QEvent::ToolTip) return QWidget::event(event);
  const auto* help = static_cast<QHelpEvent*>(event);
  const Place place = placeAt(help->pos());
  if (place.row < 0) {
    QToolTip::hideText();
    return true;
  }
  const Row& row = rows_[static_cast<size_t>(place.row)];
  const int64_t index = row.pictures[static_cast<size_t>(place.column)].index;
  QToolTip::showText(help->globalPos(),
                     tr("Training image %1, %2. Click to see it augmented.").arg(index).arg(row.name), this,
                     pictureRect(place.row, place.column));
  return true;
}

}  // namespace bypath
