// The drawing surface of a curve chart: a Qt chart with our colours, marks as labelled vertical lines, and a
// readout that follows the mouse. CurveChart decides what it shows.
#pragma once

#include <cmath>
#include <QChartView>
#include <QLineSeries>
#include <QValueAxis>
#include <vector>

#include "gui/dashboard/level_lines.h"
#include "gui/dashboard/run_curves.h"

class QCategoryAxis;

namespace bypath {

struct DrawnCurve {
  QString name;        // in the legend; empty: not listed and not read out
  CurvePoints points;  // whole; decimated when drawn
  QColor color;
  bool dashed = false;
  bool dots = false;  // a dot at every point: for the few points of a validation
};

class CurveView : public QChartView {
  Q_OBJECT
 public:
  explicit CurveView(QWidget* parent = nullptr);

  // y values are drawn as they are, or as their logarithm; without positive values a logarithmic axis stays
  // empty.
  void draw(const std::vector<DrawnCurve>& curves, const std::vector<CurveMark>& marks, bool logarithmic);
  const std::vector<DrawnCurve>& drawn() const { return curves_; }
  // Drawn with the curves from the next draw() on.
  void setLevels(const LevelLines& levels) { levels_ = levels; }
  // The sentence on those lines, as the axis now shows them.
  QString levelText() const;
  // Points left outside by the robust range, for the caption.
  const CurveRange& range() const { return range_; }
  // The readout at a step, one line a curve; for tests and for the box at the mouse.
  QStringList readout(double step) const;
  // The cursor with its readout stands at this step; negative: nowhere. A step beyond the last shows nothing.
  void showCursor(double step);
  double cursor() const { return hover_; }

 Q_SIGNALS:
  void cursorMoved(double step);  // by the mouse; negative: it has left

 protected:
  void drawForeground(QPainter* painter, const QRectF& rect) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void style();
  void placePlot();
  void fillSeries();
  void fillAxes();
  double axisValue(double y) const { return logarithmic_ ? std::log10(y) : y; }
  // The step nearest to x that any curve has a point at.
  double nearestStep(double x) const;
  double heightOf(double y, const QRectF& plot) const;
  QRectF marksRow(const QRectF& plot) const;  // where their labels stand
  bool curveRunsThrough(const QRectF& place, const QRectF& plot) const;
  void drawLegend(QPainter& painter, const QRectF& plot) const;
  void drawMarks(QPainter& painter, const QRectF& plot) const;
  void drawReadout(QPainter& painter, const QRectF& plot) const;

  std::vector<DrawnCurve> curves_;
  std::vector<CurveMark> marks_;
  LevelLines levels_;
  LevelScale axis_;  // the ends of the vertical one, as axisValue() counts
  std::vector<QLineSeries*> series_;
  QValueAxis* steps_;
  QValueAxis* linear_;
  QCategoryAxis* decades_;
  CurveRange range_;
  double lastStep_ = 1;
  bool logarithmic_ = false;
  double hover_ = -1;  // step of the cursor; negative: none
};

}  // namespace bypath
