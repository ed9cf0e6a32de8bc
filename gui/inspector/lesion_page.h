// What a trained network loses with each of its blocks (Veit 2016): a bar for each removal or swap, in the
// order drawn.
//
//   connect(page, &InsidePage::wanted, bench, &InsideBench::removeBlocks);
//   page->setLesions(*lesions, tr("step 200 of 7"));
#pragma once

#include "core/inspection/lesion.h"
#include "gui/inspector/bars_page.h"

class QComboBox;
class QSpinBox;

namespace bypath {

class LesionPage : public BarsPage {
  Q_OBJECT
 public:
  explicit LesionPage(QWidget* parent = nullptr);
  void setLesions(const Lesions& lesions, const QString& source);
  int64_t limit() const;  // validation images to look at
  bool swap() const;      // neighbours of the same shapes, instead of removing
  QSpinBox* limitBox() const { return limit_; }
  QComboBox* kindBox() const { return kind_; }
  QComboBox* measureBox() const { return measure_; }

 Q_SIGNALS:
  void nodeRequested(const QString& path);  // a bar was clicked

 private:
  void draw();

  Lesions lesions_;
  QString source_;
  QComboBox* kind_;
  QSpinBox* limit_;
  QComboBox* measure_;
};

}  // namespace bypath
