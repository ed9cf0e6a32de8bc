// Which classes are taken for which, as a heat map: a row a class, a column what it was taken for, a cell the
// darker the larger its share of the row. One cell is selected, by a click or the arrow keys.
//
//   matrix->setCounts(confusion.counts, names);
//   connect(matrix, &ConfusionMatrix::selectedChanged, ...);   // matrix->label(), matrix->predicted()
#pragma once

#include <QStringList>
#include <QWidget>
#include <vector>

#include "core/base/result.h"

namespace bypath {

class ConfusionMatrix : public QWidget {
  Q_OBJECT
 public:
  explicit ConfusionMatrix(QWidget* parent = nullptr);
  void setCounts(std::vector<std::vector<int64_t>> counts, const QStringList& classes);

  void select(int label, int predicted);  // -1, -1: none
  int label() const { return label_; }
  int predicted() const { return predicted_; }
  QRectF cell(int label, int predicted) const;
  // "cat taken for dog: 12 of 96 images, 12.5 %"
  QString reading(int label, int predicted) const;
  // The ending of the path chooses: .png, .svg, .pdf, .csv.
  Result<void> exportTo(const QString& path, const QString& title) const;

  QSize sizeHint() const override { return {420, 260}; }
  QSize minimumSizeHint() const override { return {180, 110}; }

 Q_SIGNALS:
  void selectedChanged();
  void pointedAt(const QString& reading);  // the mouse is over a cell; empty: over none

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  int classCount() const { return static_cast<int>(counts_.size()); }
  double headWidth() const;
  QRectF plot() const;
  QFont rowFont() const;
  QPoint cellAt(const QPointF& position) const;  // column, row; -1, -1 outside
  double share(int label, int predicted) const;
  void paint(QPainter& painter, bool marks) const;
  void paintNames(QPainter& painter) const;
  void paintCell(QPainter& painter, int label, int predicted) const;
  QByteArray csv() const;

  std::vector<std::vector<int64_t>> counts_;
  std::vector<int64_t> images_;  // by row
  QStringList classes_;
  int label_ = -1, predicted_ = -1;
};

}  // namespace bypath
