// Rows of pictures under common column headings, each row with its name in front: a walk through a latent
// space. Pictures shrink until a row fits; picture() is the same without words, pixel for pixel.
//
//   matrix->setRows({{tr("axis 1"), images}}, {"-3", "0", "+3"});
#pragma once

#include <QImage>
#include <QStringList>
#include <QWidget>
#include <vector>

namespace bypath {

struct MatrixRow {
  QString title;
  std::vector<QImage> images;
};

class PictureMatrix : public QWidget {
  Q_OBJECT
 public:
  explicit PictureMatrix(QWidget* parent = nullptr);
  void setRows(std::vector<MatrixRow> rows, const QStringList& columns = {});
  const std::vector<MatrixRow>& rows() const { return rows_; }
  bool empty() const { return rows_.empty(); }
  QImage picture() const;
  bool hasHeightForWidth() const override { return true; }
  int heightForWidth(int width) const override;
  QSize sizeHint() const override { return {400, heightForWidth(400)}; }

 protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  int longest() const;  // pictures in a row
  int titleWidth() const;
  int tile(int width) const;

  std::vector<MatrixRow> rows_;
  QStringList columns_;
};

}  // namespace bypath
