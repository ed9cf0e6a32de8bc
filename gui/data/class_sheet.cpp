#include "gui/data/class_sheet.h"

#include <algorithm>
#include <QLocale>
#include <QPainter>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr size_t imagesARow = 12;
constexpr int margin = 16;
constexpr int picture = 32;
constexpr int rowHeight = 64;

QImage imageOf(const DataSet& data, int64_t index) {
  const Shape& shape = data.imageShape;
  const auto width = static_cast<int>(shape[1]), height = static_cast<int>(shape[0]);
  const auto channels = static_cast<int>(shape[2]);
  return QImage(data.image(data.train, index).data(), width, height, width * channels,
                channels == 1 ? QImage::Format_Grayscale8 : QImage::Format_RGB888)
      .copy();
}

}  // namespace

ClassSheet::ClassSheet(QWidget* parent) : QWidget(parent) {
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void ClassSheet::setDataSet(const std::shared_ptr<const DataSet>& set) {
  rows_.assign(set->classes.size(), {});
  for (size_t i = 0; i < rows_.size(); ++i) rows_[i].name = QString::fromStdString(set->classes[i]);
  const bool drawable = set->imageShape.rank() == 3 && (set->imageShape[2] == 1 || set->imageShape[2] == 3);
  for (int64_t i = 0; i < set->train.size(); ++i) {
    const size_t label = set->train.labels[static_cast<size_t>(i)];
    if (label >= rows_.size()) continue;
    Row& row = rows_[label];
    ++row.count;
    if (drawable && row.images.size() < imagesARow) row.images.push_back(imageOf(*set, i));
  }
  most_ = 1;
  for (const Row& row : rows_) most_ = std::max(most_, row.count);
  setMinimumHeight(sizeHint().height());
  updateGeometry();
  update();
}

QSize ClassSheet::sizeHint() const {
  return {240, static_cast<int>(rows_.size()) * rowHeight + margin};
}

void ClassSheet::paintEvent(QPaintEvent*) {
  const Theme& t = theme();
  QPainter painter(this);
  const QLocale locale;
  const QFontMetrics metrics(font());
  const int width = this->width() - 2 * margin;
  int y = margin / 2;
  for (const Row& row : rows_) {
    const QString count = locale.toString(qlonglong(row.count));
    painter.setPen(t.text);
    painter.drawText(
        QRect(margin, y, width, 18), Qt::AlignLeft | Qt::AlignVCenter,
        metrics.elidedText(row.name, Qt::ElideRight, width - metrics.horizontalAdvance(count) - 8));
    painter.setPen(t.textMuted);
    painter.drawText(QRect(margin, y, width, 18), Qt::AlignRight | Qt::AlignVCenter, count);
    painter.fillRect(QRect(margin, y + 19, width, 2), t.border);
    painter.fillRect(QRect(margin, y + 19, static_cast<int>(width * row.count / most_), 2), t.accent);
    int x = margin;
    for (const QImage& image : row.images) {
      if (x + picture > margin + width) break;
      painter.drawImage(QRect(x, y + 24, picture, picture), image);
      x += picture + 2;
    }
    y += rowHeight;
  }
}

}  // namespace bypath
