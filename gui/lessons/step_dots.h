// Where one is among the steps of a lesson: a dot a step, those done filled, the present one larger.
//
//   dots->show(5, 1, 1);   // the second of five; the first is done
#pragma once

#include <QWidget>

namespace bypath {

class StepDots : public QWidget {
  Q_OBJECT
 public:
  explicit StepDots(QWidget* parent = nullptr);
  void show(int steps, int current, int done);
  QSize sizeHint() const override;

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  int steps_ = 0, current_ = 0, done_ = 0;
};

}  // namespace bypath
