// Rows of pictures under their headings: originals over reconstructions, and samples beside them, or below
// them where there is no room.
#pragma once

#include <QImage>
#include <QWidget>
#include <vector>

namespace bypath {

struct ImageRow {
  QString title;
  std::vector<QImage> images;
  // Goes on in further lines; rows that do not wrap stay in the same columns as each other.
  bool wraps = false;
};

class ImageGrid : public QWidget {
  Q_OBJECT
 public:
  explicit ImageGrid(QWidget* parent = nullptr);
  void setRows(std::vector<ImageRow> rows);
  const std::vector<ImageRow>& rows() const { return rows_; }
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override { return {400, heightForWidth(400)}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  // Where a row lies: its heading's corner and the pictures a line.
  struct Place {
    QPoint corner;
    int columns = 1;
  };
  int tile() const;
  std::vector<Place> placesFor(int width, int& height) const;
  std::vector<ImageRow> rows_;
};

}  // namespace bypath
