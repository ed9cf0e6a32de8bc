// Where a classifier goes wrong: its classes as a heat map, and beside it the images of a cell, or all its
// mistakes, the worst first; or each class in numbers.
//
//   connect(page, &InsidePage::wanted, ...);
//   page->setConfusion(*confusion, data, tr("step 200 of 7"));
#pragma once

#include <memory>

#include "core/inspection/confusion.h"
#include "gui/inspector/inside_page.h"

class QComboBox;
class QLabel;
class QSpinBox;
class QStackedWidget;
class QTableWidget;

namespace bypath {

class ConfusionMatrix;
class PictureCards;

class MistakesPage : public InsidePage {
  Q_OBJECT
 public:
  explicit MistakesPage(QWidget* parent = nullptr);
  void setConfusion(const Confusion& confusion, std::shared_ptr<const DataSet> set, const QString& source);
  int64_t limit() const;  // validation images to look at
  ConfusionMatrix* matrix() const { return matrix_; }
  PictureCards* pictures() const { return pictures_; }
  QTableWidget* table() const { return table_; }
  QComboBox* viewBox() const { return view_; }
  QSpinBox* limitBox() const { return limit_; }
  QString heading() const;  // over the pictures

 private:
  QWidget* besideTheMatrix();
  void showImages();
  void showCard(int index);
  void fillTable();
  void judge(const QString& source);
  QString className(int index) const;

  Confusion confusion_;
  std::shared_ptr<const DataSet> data_;
  QSpinBox* limit_;
  QComboBox* view_;
  ConfusionMatrix* matrix_;
  QLabel* heading_;
  PictureCards* pictures_;
  QTableWidget* table_;
  QStackedWidget* beside_;
};

}  // namespace bypath
