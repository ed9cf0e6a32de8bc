// One row a class of a data set: its name, how many training images it has, and the first of them.
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
  void setDataSet(const std::shared_ptr<const DataSet>& set);
  int64_t count(int index) const { return rows_[static_cast<size_t>(index)].count; }
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  struct Row {
    QString name;
    int64_t count = 0;
    std::vector<QImage> images;
  };
  std::vector<Row> rows_;
  int64_t most_ = 1;
};

}  // namespace bypath
