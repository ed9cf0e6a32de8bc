// How a layer's values are spread through time: steps across, values up, bright where most of a step's values
// lie, with their median and the bounds of their middle nine tenths as lines. One step is selected and read
// out; the cursor stands at the step to which a person went back.
//
//   chart->setSeries(histogramsOf(path, &LayerHistograms::gradient, records));
//   chart->setCursorStep(120);
#pragma once

#include <optional>
#include <QImage>

#include "gui/inspector/histogram_series.h"
#include "gui/inspector/readable_chart.h"
#include "gui/inspector/value_axis.h"

namespace bypath {

class HistogramChart : public ReadableChart {
  Q_OBJECT
 public:
  explicit HistogramChart(QWidget* parent = nullptr);

  void setSeries(HistogramSeries series);
  const HistogramSeries& series() const { return series_; }
  void setCursorStep(std::optional<int64_t> step);
  QRectF column(int index) const;  // from the top of the plot to its bottom
  QPointF point(int index, double value) const;

 Q_SIGNALS:
  void scrubbed(qint64 step);  // clicked, or Enter

 protected:
  int count() const override { return static_cast<int>(series_.size()); }
  int indexAt(const QPointF& position) const override;
  QString readingOf(int index) const override;
  void paint(QPainter& painter, bool marks) const override;
  QByteArray csv() const override;

 private:
  QRectF plot() const;
  void draw();  // image_
  void paintLines(QPainter& painter) const;
  void paintSteps(QPainter& painter) const;
  void paintLegend(QPainter& painter) const;
  void paintMarks(QPainter& painter, bool selection) const;

  HistogramSeries series_;
  ValueAxis axis_;
  QImage image_;  // a column a step
  std::optional<int64_t> cursor_;
};

}  // namespace bypath
