#include "gui/dashboard/image_grid.h"

#include <algorithm>
#include <QPainter>

#include "gui/theme/picture_size.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int margin = 16;
constexpr int gap = 4;
constexpr int heading = 24;
constexpr int rowGap = 8;
constexpr int sideGap = 24;
constexpr int fewestBeside = 3;

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

int ImageGrid::tile() const {
  for (const ImageRow& row : rows_)
    if (!row.images.empty() && row.images.front().width() > 0) return sharpSize(row.images.front().width());
  return pictureSize;
}

std::vector<ImageGrid::Place> ImageGrid::placesFor(int width, int& height) const {
  const int step = tile() + gap;
  const auto fitting = [step](int room) { return std::max(1, (room + gap) / step); };
  int widest = 0, below = margin / 2;
  std::vector<Place> places(rows_.size());
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].wraps) continue;
    places[i] = {{margin, below}, fitting(width - 2 * margin)};
    widest = std::max(widest, std::min(places[i].columns, static_cast<int>(rows_[i].images.size())) * step);
    below += heading + step + rowGap;
  }
  const int beside = width - 2 * margin - widest - sideGap;
  const bool hasRoom = widest > 0 && fitting(beside) >= fewestBeside;
  const int left = hasRoom ? margin + widest + sideGap : margin;
  int y = hasRoom ? margin / 2 : below;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (!rows_[i].wraps) continue;
    places[i] = {{left, y}, fitting(hasRoom ? beside : width - 2 * margin)};
    const auto count = static_cast<int>(rows_[i].images.size());
    y += heading + (count + places[i].columns - 1) / places[i].columns * step + rowGap;
  }
  height = std::max(below, y) + margin / 2;
  return places;
}

int ImageGrid::heightForWidth(int width) const {
  int height = 0;
  placesFor(width, height);
  return height;
}

void ImageGrid::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(theme().textMuted);
  const int size = tile();
  int height = 0;
  const std::vector<Place> places = placesFor(width(), height);
  for (size_t i = 0; i < rows_.size(); ++i) {
    const auto& [corner, columns] = places[i];
    painter.drawText(QRect(corner, QSize(width() - margin - corner.x(), heading)),
                     Qt::AlignLeft | Qt::AlignVCenter, rows_[i].title);
    const auto count = static_cast<int>(rows_[i].images.size());
    for (int n = 0; n < (rows_[i].wraps ? count : std::min(count, columns)); ++n) {
      const QPoint at = corner + QPoint(n % columns, n / columns) * (size + gap) + QPoint(0, heading);
      painter.drawImage(QRect(at, QSize(size, size)), rows_[i].images[static_cast<size_t>(n)]);
    }
  }
}

void ImageGrid::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  setMinimumHeight(heightForWidth(width()));
}

}  // namespace bypath
