// One row a class of a data set: its name and the first of its training images. One of the images is chosen,
// by a click or the arrow keys.
#pragma once

#include <memory>
#include <QImage>
#include <QWidget>
#include <vector>

#include "core/data/data_set.h"

namespace bypath {

class ClassSheet : public QWidget {
  Q_OBJECT
 public:
  explicit ClassSheet(QWidget* parent = nullptr);
  // Of the first `images` training images only.
  void setDataSet(const std::shared_ptr<const DataSet>& set, int64_t images);
  int64_t count(int index) const { return rows_[static_cast<size_t>(index)].count; }
  int64_t chosen() const { return chosen_; }  // a training image; -1: none
  void choose(int64_t image);                 // one that is in the sheet
  QRect pictureRect(int row, int column) const;
  QRect chosenRect() const;  // empty when none is
  QSize sizeHint() const override;

 Q_SIGNALS:
  void imageChosen(qint64 image);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  bool event(QEvent* event) override;

 private:
  struct Picture {
    QImage image;
    int64_t index = 0;
  };
  struct Row {
    QString name;
    int64_t count = 0;
    std::vector<Picture> pictures;
  };
  struct Place {
    int row = -1;
    int column = 0;
  };
  int columns(int row) const;  // that have room
  Place placeOf(int64_t image) const;
  Place placeAt(const QPoint& position) const;
  void describe();

  std::vector<Row> rows_;
  int64_t chosen_ = -1;
};

}  // namespace bypath
