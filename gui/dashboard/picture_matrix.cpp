#include "gui/dashboard/picture_matrix.h"

#include <algorithm>
#include <QPainter>

#include "gui/theme/picture_size.h"
#include "gui/theme/theme.h"

namespace bypath {

namespace {

constexpr int margin = 16;
constexpr int gap = 4;
constexpr int headings = 18;
constexpr int smallest = 16;  // of a picture on the screen
constexpr int fileGap = 2;    // in picture()

}  // namespace

PictureMatrix::PictureMatrix(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  setBackgroundRole(QPalette::Base);
  connect(&themeWatcher(), &ThemeWatcher::changed, this, qOverload<>(&QWidget::update));
}

void PictureMatrix::setRows(std::vector<MatrixRow> rows, const QStringList& columns) {
  rows_ = std::move(rows);
  columns_ = columns;
  QStringList words;
  for (const MatrixRow& row : rows_)
    words << (row.title.isEmpty() ? tr("%1 pictures").arg(row.images.size())
                                  : tr("%1: %2 pictures").arg(row.title).arg(row.images.size()));
  setAccessibleDescription(words.join(QStringLiteral("; ")));
  setMinimumHeight(heightForWidth(width()));
  updateGeometry();
  update();
}

int PictureMatrix::longest() const {
  size_t most = 1;
  for (const MatrixRow& row : rows_) most = std::max(most, row.images.size());
  return static_cast<int>(most);
}

int PictureMatrix::titleWidth() const {
  int width = 0;
  for (const MatrixRow& row : rows_)
    if (!row.title.isEmpty()) width = std::max(width, fontMetrics().horizontalAdvance(row.title) + 12);
  return width;
}

int PictureMatrix::tile(int width) const {
  int whole = pictureSize;
  for (const MatrixRow& row : rows_)
    if (!row.images.empty() && row.images.front().width() > 0) whole = sharpSize(row.images.front().width());
  const int room = (width - 2 * margin - titleWidth() + gap) / longest() - gap;
  return std::clamp(room, smallest, whole);
}

int PictureMatrix::heightForWidth(int width) const {
  if (rows_.empty()) return 0;
  return (columns_.isEmpty() ? 0 : headings) + static_cast<int>(rows_.size()) * (tile(width) + gap) + margin;
}

void PictureMatrix::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(theme().textMuted);
  painter.setRenderHint(QPainter::SmoothPixmapTransform, false);
  const int size = tile(width()), left = margin + titleWidth();
  int y = margin / 2;
  if (!columns_.isEmpty()) {
    for (int i = 0; i < columns_.size(); ++i)
      painter.drawText(QRect(left + i * (size + gap) - gap, y, size + 2 * gap, headings - 2), Qt::AlignCenter,
                       columns_[i]);
    y += headings;
  }
  for (const MatrixRow& row : rows_) {
    painter.drawText(QRect(margin, y, left - margin, size), Qt::AlignLeft | Qt::AlignVCenter, row.title);
    for (size_t i = 0; i < row.images.size(); ++i)
      painter.drawImage(QRect(left + static_cast<int>(i) * (size + gap), y, size, size), row.images[i]);
    y += size + gap;
  }
}

void PictureMatrix::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  setMinimumHeight(heightForWidth(width()));
}

QImage PictureMatrix::picture() const {
  QSize one(1, 1);
  for (const MatrixRow& row : rows_)
    for (const QImage& image : row.images) one = one.expandedTo(image.size());
  const int stepX = one.width() + fileGap, stepY = one.height() + fileGap;
  QImage whole(longest() * stepX + fileGap, static_cast<int>(rows_.size()) * stepY + fileGap,
               QImage::Format_RGB888);
  whole.fill(Qt::white);
  QPainter painter(&whole);
  for (size_t r = 0; r < rows_.size(); ++r)
    for (size_t i = 0; i < rows_[r].images.size(); ++i)
      painter.drawImage(fileGap + static_cast<int>(i) * stepX, fileGap + static_cast<int>(r) * stepY,
                        rows_[r].images[i]);
  return whole;
}

}  // namespace bypath
