// Bars side by side, one of them selected and read out: by the mouse over it, or with the arrow keys. A bar
// can stand below zero, and can have a dot beside it for a second measurement of the same.
//
//   bars->setLegend({tr("exact sum"), tr("sampled")});
//   bars->setBars({{"0", 1.0, 0.9, tr("Length 0: 1 path")}, {"1", 0.5, 0.8, ...}});
#pragma once

#include <cmath>
#include <QStringList>
#include <QWidget>
#include <vector>

#include "core/base/result.h"

namespace bypath {

struct ValueBar {
  QString name;      // below the bar
  double value = 0;  // not finite: there is none
  double dot = NAN;  // not finite: no dot
  QString reading;   // what is read out of it
};

class ValueBars : public QWidget {
  Q_OBJECT
 public:
  explicit ValueBars(QWidget* parent = nullptr);

  void setBars(std::vector<ValueBar> bars);
  const std::vector<ValueBar>& bars() const { return bars_; }
  // What bars and dots are; without dots, one name.
  void setLegend(const QStringList& names);
  // Only for values that are not negative; a bar of 0 is not to be seen then.
  void setLogarithmic(bool logarithmic);
  bool logarithmic() const { return logarithmic_; }
  // Numbers of the axis as they are, or with a sign and as per cent.
  void setPercent(bool percent);

  void select(int index);  // -1: none
  int selected() const { return selected_; }
  // The column of a bar, from the top of the plot to its bottom; and the bar itself.
  QRectF column(int index) const;
  QRectF bar(int index) const;
  // The ending of the path chooses: .png, .svg, .pdf, .csv.
  Result<void> exportTo(const QString& path, const QString& title) const;

  QSize sizeHint() const override { return {480, 180}; }
  QSize minimumSizeHint() const override { return {200, 90}; }

 Q_SIGNALS:
  void selectedChanged(int index);
  void activated(int index);  // clicked, or Enter

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  bool event(QEvent* event) override;  // the tooltip

 private:
  QRectF plot() const;
  int indexAt(const QPointF& position) const;
  void measure();
  double y(double value) const;
  QString axisText(double value) const;
  void paint(QPainter& painter, bool marks) const;
  void paintAxis(QPainter& painter) const;
  void paintBars(QPainter& painter, bool marks) const;
  void paintNames(QPainter& painter) const;
  QByteArray csv() const;

  std::vector<ValueBar> bars_;
  QStringList legend_;
  bool logarithmic_ = false;
  bool percent_ = false;
  double low_ = 0, high_ = 1;  // of the axis; powers of ten on a logarithmic one
  int selected_ = -1;
};

}  // namespace bypath
