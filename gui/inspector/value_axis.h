// The upright axis of a chart: from zero to a little beyond the farthest value, or over powers of ten; and
// its lines and numbers.
//
//   axis.measure(values);
//   axis.paint(painter, plot, [](double value) { return axisText(value); });
//   painter.drawEllipse(QPointF(x, axis.y(value, plot)), 3, 3);
#pragma once

#include <functional>
#include <QRectF>
#include <QString>
#include <span>

class QPainter;

namespace bypath {

struct ValueAxis {
  bool logarithmic = false;  // only for values that are not negative
  double low = 0, high = 1;  // at its ends; on a logarithmic axis, powers of ten

  void measure(std::span<const double> values);  // what is not finite does not count
  double y(double value, const QRectF& plot) const;
  void paint(QPainter& painter, const QRectF& plot, const std::function<QString(double)>& text) const;
};

// Three digits, with a minus sign: "0.25", "−1", "52,900", "5.29e6".
QString axisText(double value);
// "1.7e3" of "1.7e+03", with a minus sign as long as a digit.
QString shortExponent(QString number);

}  // namespace bypath
