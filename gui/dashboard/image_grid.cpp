#include "gui/dashboard/image_grid.h"

#include <algorithm>
#include <QPainter>

#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int margin = 16;
constexpr int gap = 4;
constexpr int heading = 24;
constexpr int rowGap = 8;

}  // namespace

ImageGrid::ImageGrid(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void ImageGrid::setRows(std::vector<ImageRow> rows) {
  rows_ = std::move(rows);
  setMinimumHeight(heightForWidth(width()));
  updateGeometry();
  update();
}

// A whole multiple of the pictures' size near 56 pixels keeps their pixels square and sharp.
int ImageGrid::tile() const {
  for (const ImageRow& row : rows_)
    if (!row.images.empty() && row.images.front().width() > 0)
      return row.images.front().width() * std::max(1, 64 / row.images.front().width());
  return 64;
}

int ImageGrid::perLine(int width) const {
  return std::max(1, (width - 2 * margin + gap) / (tile() + gap));
}

int ImageGrid::heightForWidth(int width) const {
  int height = margin;
  for (const ImageRow& row : rows_) {
    const auto count = static_cast<int>(row.images.size());
    const int lines = row.wraps ? (count + perLine(width) - 1) / perLine(width) : 1;
    height += heading + lines * (tile() + gap) + rowGap;
  }
  return height;
}

void ImageGrid::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(theme().textMuted);
  const int size = tile(), columns = perLine(width());
  int y = margin / 2;
  for (const ImageRow& row : rows_) {
    painter.drawText(QRect(margin, y, width() - 2 * margin, heading), Qt::AlignLeft | Qt::AlignVCenter,
                     row.title);
    y += heading;
    int column = 0;
    for (const QImage& image : row.images) {
      if (column == columns) {
        if (!row.wraps) break;
        column = 0;
        y += size + gap;
      }
      painter.drawImage(QRect(margin + column * (size + gap), y, size, size), image);
      ++column;
    }
    y += size + gap + rowGap;
  }
}

void ImageGrid::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  setMinimumHeight(heightForWidth(width()));
}

}  // namespace bypath
