// How alike a network's gradients at neighbouring images are (Balduzzi 2017): their autocorrelation by lag,
// beside that of a second network.
//
//   connect(page, &InsidePage::wanted, ...);   // measure page->request(), of page->twin() too
//   page->setShattered({{tr("step 200 of 7"), shattered}});
#pragma once

#include "core/inspection/shattered.h"
#include "gui/inspector/twin_page.h"

class QCheckBox;
class QSpinBox;

namespace bypath {

class ValueLines;

struct NamedShattered {
  QString title;
  Shattered shattered;
};

class ShatteredPage : public TwinPage {
  Q_OBJECT
 public:
  explicit ShatteredPage(QWidget* parent = nullptr);
  void setShattered(const std::vector<NamedShattered>& found);
  ShatteredRequest request() const;  // without data
  ValueLines* lines() const { return lines_; }
  QSpinBox* countBox() const { return count_; }
  QCheckBox* statisticsBox() const { return statistics_; }

 private:
  void read();

  QSpinBox* count_;
  QCheckBox* statistics_;
  ValueLines* lines_;
};

}  // namespace bypath
