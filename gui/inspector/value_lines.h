// Lines over one axis of numbers, one point of it selected and read out for all lines at once. Where a value
// is not finite a line has a gap. A line may lie in a band: a spread of its values.
//
//   lines->setLines({.name = tr("lag"), .at = {0, 1, 2}}, {{"7", {1.0, 0.4, 0.1}}, {"8", {1.0, 0.9, 0.8}}});
#pragma once

#include <QStringList>
#include <vector>

#include "gui/inspector/readable_chart.h"
#include "gui/inspector/value_axis.h"

namespace bypath {

struct ValueLine {
  QString name;
  std::vector<double> values;    // one for each place of the axis
  std::vector<double> spread{};  // half the height of the band at each; none: no band
};

struct LinesAxis {
  QString name;
  std::vector<double> at;  // ascending
};

class ValueLines : public ReadableChart {
  Q_OBJECT
 public:
  explicit ValueLines(QWidget* parent = nullptr);

  void setLines(LinesAxis axis, std::vector<ValueLine> lines);
  const std::vector<ValueLine>& lines() const { return lines_; }
  // Only for values that are not negative.
  void setLogarithmic(bool logarithmic);
  bool logarithmic() const { return axis_.logarithmic; }
  QPointF point(int line, int index) const;  // on the widget

 protected:
  int count() const override { return static_cast<int>(across_.at.size()); }
  int indexAt(const QPointF& position) const override;
  QString readingOf(int index) const override;
  void paint(QPainter& painter, bool marks) const override;
  QByteArray csv() const override;

 private:
  QRectF plot() const;
  double x(double at) const;
  void measure();
  void paintAcross(QPainter& painter) const;
  void paintBand(QPainter& painter, int line) const;
  void paintLine(QPainter& painter, int line) const;
  void paintLegend(QPainter& painter) const;
  void paintSelected(QPainter& painter) const;

  LinesAxis across_;
  std::vector<ValueLine> lines_;
  ValueAxis axis_;
};

}  // namespace bypath
