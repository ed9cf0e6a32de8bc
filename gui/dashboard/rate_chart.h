// The loss against a rising learning rate, on a logarithmic axis, with the rate that is chosen: the proposed
// one until a person clicks another or moves it with the arrow keys.
#pragma once

#include <QWidget>

#include "core/training/rate_finder.h"

namespace bypath {

// Two digits are as much as the test can tell: 0.12.
double roundedRate(double rate);
QString rateText(double rate);

class RateChart : public QWidget {
  Q_OBJECT
 public:
  explicit RateChart(QWidget* parent = nullptr);
  void setRange(RateRange range);
  const RateRange& range() const { return range_; }
  double chosen() const { return chosen_; }
  double x(double rate) const;  // on the widget
  QSize sizeHint() const override { return {480, 160}; }
  QSize minimumSizeHint() const override { return {200, 90}; }

 Q_SIGNALS:
  void chosenChanged(double rate);

 protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  QRectF plot() const;
  double y(double loss, const QRectF& plot) const;
  void choose(double rate);
  void paintAxes(QPainter& painter, const QRectF& plot) const;
  void paintCurves(QPainter& painter, const QRectF& plot) const;
  void paintMarks(QPainter& painter, const QRectF& plot) const;

  RateRange range_;
  double low_ = 0, high_ = 1;  // losses at the ends of the axis
  double chosen_ = 0;
};

}  // namespace bypath
