// Bars side by side, one of them selected and read out. A bar can stand below zero, and can have a dot beside
// it for a second measurement of the same.
//
//   bars->setLegend({tr("exact sum"), tr("sampled")});
//   bars->setBars({{"0", 1.0, 0.9, tr("Length 0: 1 path")}, {"1", 0.5, 0.8, ...}});
#pragma once

#include <cmath>
#include <QStringList>
#include <vector>

#include "gui/inspector/readable_chart.h"
#include "gui/inspector/value_axis.h"

namespace bypath {

struct ValueBar {
  QString name;      // below the bar
  double value = 0;  // not finite: there is none
  double dot = NAN;  // not finite: no dot
  QString reading;   // what is read out of it
};

class ValueBars : public ReadableChart {
  Q_OBJECT
 public:
  explicit ValueBars(QWidget* parent = nullptr);

  void setBars(std::vector<ValueBar> bars);
  const std::vector<ValueBar>& bars() const { return bars_; }
  // What bars and dots are; without dots, one name.
  void setLegend(const QStringList& names);
  // Only for values that are not negative; a bar of 0 is not to be seen then.
  void setLogarithmic(bool logarithmic);
  bool logarithmic() const { return axis_.logarithmic; }
  // Numbers of the axis as they are, or with a sign and as per cent.
  void setPercent(bool percent);

  // The column of a bar, from the top of the plot to its bottom; and the bar itself.
  QRectF column(int index) const;
  QRectF bar(int index) const;

 protected:
  int count() const override { return static_cast<int>(bars_.size()); }
  int indexAt(const QPointF& position) const override;
  QString readingOf(int index) const override { return bars_[static_cast<size_t>(index)].reading; }
  void paint(QPainter& painter, bool marks) const override;
  QByteArray csv() const override;

 private:
  QRectF plot() const;
  void measure();
  QString numberText(double value) const;
  void paintLegend(QPainter& painter) const;
  void paintBars(QPainter& painter, bool marks) const;
  void paintNames(QPainter& painter) const;

  std::vector<ValueBar> bars_;
  QStringList legend_;
  bool percent_ = false;
  ValueAxis axis_;
};

}  // namespace bypath
