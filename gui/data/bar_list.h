// Numbers as a list of bars on one scale: a name, a bar, the number. A bar may be a part of a paler one.
//
//   bars->setBars({{tr("Training"), 5000, 10000, tr("5,000 of 10,000")}, ...});
#pragma once

#include <QWidget>
#include <vector>

namespace bypath {

struct Bar {
  QString name;
  double value = 0;
  double whole = 0;  // of which it is a part; 0: none
  QString text;
};

class BarList : public QWidget {
  Q_OBJECT
 public:
  explicit BarList(QWidget* parent = nullptr);
  void setBars(std::vector<Bar> bars);
  const std::vector<Bar>& bars() const { return bars_; }
  double barLength(int index) const;  // pixels, as drawn; for tests
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override { return {120, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  QRectF room(int index) const;  // of the longest bar there could be
  int nameWidth() const;
  int textWidth() const;

  std::vector<Bar> bars_;
  double longest_ = 1;
};

}  // namespace bypath
